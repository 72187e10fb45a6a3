"""Scenes: pictures of places, of simple shapes arranged by a film's own random numbers."""

from __future__ import annotations

import math
from random import Random

from cineblend.service.posters.palettes import Palette
from cineblend.service.posters.shapes import WIDTH, arc, box, circle, line, oval, path, ring, shape


def planets(rng: Random, p: Palette, h: float) -> list[str]:
    """A planet with its ring or its moons under stars."""
    x, y, r = rng.uniform(95, 205), h * rng.uniform(0.42, 0.55), rng.uniform(62, 88)
    stars = [
        circle(rng.uniform(0, WIDTH), rng.uniform(0, h), rng.choice((0.8, 1.2, 1.8)), p.light)
        for _ in range(46)
    ]
    night = arc(x, y + r, r, r, "0 1") + arc(x, y - r, r * 1.5, r * 1.5, "0 0")
    globe = [circle(x, y, r, p.main), path(f"M{x:.1f} {y - r:.1f}{night}Z", p.earth, ' opacity=".45"')]
    tilt = f' transform="rotate({rng.uniform(-35, 35):.0f} {x:.1f} {y:.1f})"'
    if rng.random() < 0.55:
        wide, tall = r * 1.75, r * 0.34
        behind = oval(x, y, wide, tall, f' fill="none" stroke="{p.light}" stroke-width="7"{tilt}')
        before = line(f"M{x - wide:.1f} {y:.1f}{arc(x + wide, y, wide, tall, '0 0')}", p.light, 7, tilt)
        return [*stars, behind, *globe, before]
    far = [ring(x, y, r + 26 * n, p.second, 1.6, ' opacity=".8"') for n in (1, 2, 3)]
    turn = rng.uniform(0, 6.3)
    moons = [
        circle(
            x + (r + 26 * n) * math.cos(turn + n * 2),
            y + (r + 26 * n) * math.sin(turn + n * 2),
            6 + 2 * n,
            p.light,
        )
        for n in (1, 2, 3)
    ]
    return [*stars, *far, *globe, *moons]


def hills(rng: Random, p: Palette, h: float) -> list[str]:
    """A sun behind ranges of mountains."""
    sun = circle(rng.uniform(80, 220), h * rng.uniform(0.28, 0.42), rng.uniform(34, 52), p.light)
    drawn = [sun]
    for at, (fill, dim) in enumerate(((p.second, 0.75), (p.main, 0.8), (p.main, 1.0))):
        base, tall = h * (0.5 + 0.14 * at), h * (0.26 - 0.05 * at)
        points: list[tuple[float, float]] = [(-20.0, h)]
        x = -20.0
        while x < WIDTH + 40:
            points.append((x, base + rng.uniform(-0.1, 0.35) * tall))
            x += rng.uniform(28, 52)
            points.append((x, base - rng.uniform(0.35, 1) * tall))
            x += rng.uniform(28, 52)
        drawn.append(shape([*points, (WIDTH + 60.0, h)], fill, f' opacity="{dim}"'))
    return drawn


def balloons(rng: Random, p: Palette, h: float) -> list[str]:
    """Balloons on strings."""
    drawn: list[str] = []
    for k in range(6):
        x, y, r = 35 + 46 * k + rng.uniform(-14, 14), h * rng.uniform(0.2, 0.58), rng.uniform(26, 44)
        fill = (p.main, p.second, p.light)[k % 3]
        bend = f"{x + rng.uniform(-26, 26):.1f} {(y + h) / 2:.1f}"
        drawn += [
            line(f"M{x:.1f} {y + r:.1f}Q{bend} 150 {h + 20:.1f}", p.panel, 1.6, ' opacity=".6"'),
            oval(x, y, r * 0.86, r, f' fill="{fill}"'),
            circle(x - r * 0.3, y - r * 0.35, r * 0.16, "#ffffff", ' opacity=".7"'),
        ]
    return drawn


def moonlit(rng: Random, p: Palette, h: float) -> list[str]:
    """A crescent, stars and towers."""
    x, y, r = rng.uniform(90, 210), h * 0.32, rng.uniform(54, 70)
    tilt = f' transform="rotate({rng.uniform(-40, 40):.0f} {x:.1f} {y:.1f})"'
    hollow = arc(x, y + r, r, r, "0 0") + arc(x, y - r, r * 1.25, r * 1.25, "0 1")
    drawn = [path(f"M{x:.1f} {y - r:.1f}{hollow}Z", p.main, tilt)]
    for _ in range(16):
        cx, cy, s = rng.uniform(8, 292), rng.uniform(8, h * 0.6), rng.uniform(2, 6)
        corners = [(k * math.pi / 4, s if k % 2 == 0 else s * 0.28) for k in range(8)]
        points = [(cx + far * math.sin(turn), cy - far * math.cos(turn)) for turn, far in corners]
        drawn.append(shape(points, p.light))
    left = -6.0
    while left < WIDTH:
        wide, tall = rng.uniform(26, 44), rng.uniform(0.2, 0.42) * h
        fill, top, middle = rng.choice((p.second, p.earth)), h - tall, left + wide / 2
        roof = [(left - 3, top), (left + wide + 3, top), (middle, top - rng.uniform(22, 52))]
        drawn += [box(left, top, wide + 0.5, tall, fill), shape(roof, fill)]
        drawn.append(box(middle - 2.5, h - tall * 0.7, 5, 10, p.light, ' opacity=".85"'))
        left += wide + rng.uniform(-4, 6)
    return drawn


def teeth(rng: Random, p: Palette, h: float) -> list[str]:
    """A pale moon between two rows of spikes."""
    drawn = [circle(150 + rng.uniform(-40, 40), h * 0.47, rng.uniform(58, 76), p.main)]
    for low in (False, True):
        x = -10.0
        while x < WIDTH:
            wide, tall = rng.uniform(20, 40), rng.uniform(0.2, 0.47) * h
            tip = h - tall if low else tall
            edge = h + 1 if low else -1
            drawn.append(
                shape(
                    [(x, edge), (x + wide, edge), (x + wide / 2 + rng.uniform(-8, 8), tip)],
                    p.earth if low else p.second,
                )
            )
            x += wide * 0.9
    return drawn


def mesas(rng: Random, p: Palette, h: float) -> list[str]:
    """A low sun in bands, and flat-topped rocks."""
    x, y = rng.uniform(90, 210), h * 0.56
    drawn = [circle(x, y, 70, p.light)]
    drawn += [box(0, y - 6 + k * 17, WIDTH, 3 + 2.4 * k, p.sky) for k in range(5)]
    left = rng.uniform(-40, 0)
    while left < WIDTH:
        wide, top = rng.uniform(50, 95), h * rng.uniform(0.46, 0.68)
        right = left + wide
        rock = [(left, h), (left + 10, top + 16), (left + 14, top), (right - 14, top), (right - 8, top + 20)]
        drawn.append(shape([*rock, (right, h)], rng.choice((p.main, p.second))))
        left = right + rng.uniform(12, 46)
    return [*drawn, box(0, h * 0.86, WIDTH, h * 0.15, p.main)]


def horizon(rng: Random, p: Palette, h: float) -> list[str]:
    """A sun over water, and its light in it."""
    x, y, r = rng.uniform(85, 215), h * rng.uniform(0.5, 0.6), rng.uniform(52, 74)
    high = y - r * rng.uniform(-0.1, 0.55)
    drawn = [circle(x, high, r * 1.45, p.light, ' opacity=".28"'), circle(x, high, r, p.second)]
    drawn.append(box(0, y, WIDTH, h - y, p.main))
    rows = 8
    for k in range(rows):
        wide = r * (1.9 - 1.3 * k / rows) * rng.uniform(0.6, 1)
        at = y + (h - y) * (k + 0.6) / rows
        bar = box(x - wide / 2 + rng.uniform(-12, 12), at, wide, 4.5, p.light, ' rx="2.2" opacity=".85"')
        drawn.append(bar)
    for _ in range(4):
        bx, by, s = rng.uniform(20, 280), rng.uniform(0.08, 0.3) * h, rng.uniform(5, 9)
        wing = f"q{s / 2:.1f} {-s:.1f} {s:.1f} 0"
        drawn.append(line(f"M{bx - s:.1f} {by:.1f}{wing}{wing}", p.main, 2))
    return drawn
