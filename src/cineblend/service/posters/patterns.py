"""Patterns: abstract pictures of simple shapes, arranged by a film's own random numbers."""

from __future__ import annotations

import math
from random import Random

from cineblend.service.posters.palettes import Palette
from cineblend.service.posters.shapes import WIDTH, arc, box, circle, line, path, ring, shape


def shards(rng: Random, p: Palette, h: float) -> list[str]:
    """Rays that burst from one point, and a disc at it."""
    x, y = rng.uniform(60, 240), h * rng.uniform(0.45, 0.72)
    n, turn = rng.randint(9, 13), rng.uniform(0, 6.3)
    rays: list[str] = []
    for k in range(n):
        a, wide = turn + k * 2 * math.pi / n, rng.uniform(0.07, 0.16)
        ends = [(x + 560 * math.cos(a + s * wide), y + 560 * math.sin(a + s * wide)) for s in (-1, 1)]
        rays.append(
            shape([(x, y), *ends], (p.second, p.main, p.second)[k % 3], f' opacity="{(1, 1, 0.55)[k % 3]}"')
        )
    r = rng.uniform(38, 56)
    return [*rays, circle(x, y, r * 1.35, p.light), circle(x, y, r, p.main), circle(x, y, r * 0.4, p.second)]


def blocks(rng: Random, p: Palette, h: float) -> list[str]:
    """A quilt of quarter circles, discs and squares."""
    side = 75
    drawn: list[str] = []
    for row in range(math.ceil(h / side)):
        for column in range(4):
            x, y = column * side, row * side
            ground, front = rng.sample((p.main, p.second, p.light, p.earth, p.sky), 2)
            drawn.append(box(x, y, side + 0.5, side + 0.5, ground))
            kind = rng.randrange(4)
            if kind == 0:
                cx, cy = x + rng.choice((0, side)), y + rng.choice((0, side))
                drawn.append(_quarter(cx, cy, side, x + side / 2 - cx, y + side / 2 - cy, front))
            elif kind == 1:
                drawn.append(circle(x + side / 2, y + side / 2, side * 0.34, front))
            elif kind == 2:
                drawn.append(shape([(x, y), (x + side, y), (x, y + side)], front))
    return drawn


def _quarter(x: float, y: float, r: float, dx: float, dy: float, fill: str) -> str:
    sx, sy = math.copysign(r, dx), math.copysign(r, dy)
    sweep = 1 if sx * sy > 0 else 0
    return path(f"M{x:.1f} {y:.1f}h{sx:.1f}A{r:.1f} {r:.1f} 0 0 {sweep} {x:.1f} {y + sy:.1f}Z", fill)


def confetti(rng: Random, p: Palette, h: float) -> list[str]:
    """A large smile of rings among tumbling shapes."""
    x, y = rng.uniform(110, 190), h * rng.uniform(0.34, 0.46)
    drawn: list[str] = []
    for _ in range(34):
        cx, cy, s = rng.uniform(0, WIDTH), rng.uniform(0, h), rng.uniform(5, 11)
        fill = rng.choice((p.main, p.second, p.light))
        turn = f' transform="rotate({rng.uniform(0, 90):.0f} {cx:.1f} {cy:.1f})"'
        drawn.append(
            circle(cx, cy, s / 2, fill) if rng.random() < 0.5 else box(cx, cy, s * 1.7, s * 0.6, fill, turn)
        )
    for r, fill in ((118, p.second), (88, p.light), (58, p.main)):
        drawn.append(path(f"M{x - r:.1f} {y:.1f}A{r} {r} 0 0 0 {x + r:.1f} {y:.1f}Z", fill))
    eyes = [circle(x + side * 52, y - 38, 17, p.second) for side in (-1, 1)]
    return [*drawn, *eyes]


def blinds(rng: Random, p: Palette, h: float) -> list[str]:
    """Light through a blind, and a figure's disc behind it."""
    slope, x, y = rng.uniform(-70, 70), rng.uniform(100, 200), h * rng.uniform(0.4, 0.55)
    r, n = rng.uniform(70, 92), 11
    step = (h + 2 * abs(slope)) / n
    disc = circle(x, y, r, p.main)
    slats = [
        shape(
            [
                (0, top),
                (WIDTH, top + slope),
                (WIDTH, top + slope + step * 0.46),
                (0, top + step * 0.46),
            ],
            p.earth if k % 2 else p.second,
            ' opacity=".82"' if k % 2 else ' opacity=".42"',
        )
        for k, top in ((k, -abs(slope) + k * step) for k in range(n + 1))
    ]
    return [disc, *slats, ring(x, y, r + 14, p.light, 2.5)]


def contours(rng: Random, p: Palette, h: float) -> list[str]:
    """Lines of height around two summits, and a marker."""
    drawn: list[str] = []
    for fill, (x, y) in (
        (p.main, (rng.uniform(40, 140), h * rng.uniform(0.2, 0.5))),
        (p.second, (rng.uniform(180, 270), h * rng.uniform(0.5, 0.8))),
    ):
        phase, lobes = rng.uniform(0, 6.3), rng.choice((2, 3))
        for k in range(1, 10):
            d = ""
            for step in range(37):
                a = step * math.pi / 18
                r = k * 17 * (1 + 0.22 * math.sin(lobes * a + phase) + 0.08 * math.sin(5 * a + phase * 2))
                d += f"{'L' if d else 'M'}{x + r * math.cos(a):.1f} {y + r * math.sin(a):.1f}"
            drawn.append(
                path(d + "Z", "none", f' stroke="{fill}" stroke-width="2.2" opacity="{1 - k * 0.06:.2f}"')
            )
        drawn.append(circle(x, y, 7, fill))
    return drawn


def arches(rng: Random, p: Palette, h: float) -> list[str]:
    """Nested arches, like a stage or a doorway, with a sun in the last."""
    x, top = rng.uniform(105, 195), h * rng.uniform(0.08, 0.2)
    drawn: list[str] = []
    colours = (p.second, p.main, p.light, p.earth)
    for k, half in enumerate((128, 99, 70, 41)):
        y = top + k * h * 0.15 + half
        drawn.append(
            path(
                f"M{x - half:.1f} {h:.1f}V{y:.1f}A{half} {half} 0 0 1 {x + half:.1f} {y:.1f}V{h:.1f}Z",
                colours[k],
            )
        )
    return [
        *drawn,
        circle(x + rng.choice((-1, 1)) * rng.uniform(84, 112), h * rng.uniform(0.1, 0.2), 19, p.light),
    ]


def waves(rng: Random, p: Palette, h: float) -> list[str]:
    """Bars of sound, mirrored."""
    phase, n = rng.uniform(0, 6.3), 15
    drawn: list[str] = [circle(150, h / 2, h * 0.36, p.second, ' opacity=".55"')]
    for k in range(n):
        tall = h * (0.1 + 0.3 * abs(math.sin(phase + k * 0.52)) * (0.6 + 0.4 * rng.random()))
        x = 22 + k * (256 / (n - 1))
        fill = (p.main, p.light)[k % 2]
        drawn.append(box(x - 5.5, h / 2 - tall, 11, 2 * tall, fill, ' rx="5.5"'))
    return drawn


def maze(rng: Random, p: Palette, h: float) -> list[str]:
    """Broken rings around a keyhole."""
    x, y = 150 + rng.uniform(-24, 24), h * 0.5
    drawn: list[str] = []
    for k in range(1, 9):
        r, start, gap = 24.0 + k * 18, rng.uniform(0, 6.3), rng.uniform(0.5, 1.3)
        a, b = start, start + 2 * math.pi - gap
        begin = f"M{x + r * math.cos(a):.1f} {y + r * math.sin(a):.1f}"
        turn = arc(x + r * math.cos(b), y + r * math.sin(b), r, r, "1 1")
        drawn.append(line(begin + turn, (p.main, p.second)[k % 2], 8, ' stroke-linecap="round"'))
    slot = [(x - 6, y - 2), (x + 6, y - 2), (x + 11, y + 24), (x - 11, y + 24)]
    return [*drawn, circle(x, y - 7, 13, p.light), shape(slot, p.light)]


def pair(rng: Random, p: Palette, h: float) -> list[str]:
    """Two discs that meet."""
    r, y, apart = rng.uniform(74, 92), h * rng.uniform(0.44, 0.54), rng.uniform(0.45, 0.62)
    tilt = rng.uniform(-0.45, 0.45)
    dx, dy = r * apart * math.cos(tilt), r * apart * math.sin(tilt)
    half = math.sqrt(r * r - dx * dx - dy * dy)
    nx, ny = -math.sin(tilt) * half, math.cos(tilt) * half
    back = arc(150 - nx, y - ny, r, r, "0 0") + arc(150 + nx, y + ny, r, r, "0 0")
    lens = f"M{150 + nx:.1f} {y + ny:.1f}{back}Z"
    lines = [
        ring(150, y, r * 1.5 + 17 * k, p.light, 1.8, f' opacity="{0.75 - 0.18 * k:.2f}"') for k in range(4)
    ]
    return [
        *lines,
        circle(150 - dx, y - dy, r, p.main),
        circle(150 + dx, y + dy, r, p.second),
        path(lens, p.light),
    ]


def spiral(rng: Random, p: Palette, h: float) -> list[str]:
    """Discs inside discs, each a little off."""
    x, y, r = 150 + rng.uniform(-20, 20), h * 0.5, h * 0.62
    turn, drawn = rng.uniform(0, 6.3), list[str]()
    colours = (p.main, p.second, p.light, p.earth)
    for k in range(9):
        drawn.append(circle(x, y, r, colours[k % 4] if k < 8 else p.main))
        x, y = x + r * 0.13 * math.cos(turn), y + r * 0.13 * math.sin(turn)
        r, turn = r * 0.78, turn + 0.75
    return drawn


def chevrons(rng: Random, p: Palette, h: float) -> list[str]:
    """Stripes of rank and a pale sun."""
    x, down = rng.uniform(110, 190), rng.choice((-1, 1))
    drawn = [circle(x, h * 0.34, rng.uniform(52, 70), p.light, ' opacity=".9"')]
    for k in range(5):
        y, thick = h * 0.42 + k * h * 0.14, h * 0.075
        tip = -down * h * 0.14
        drawn.append(
            shape(
                [(-5, y), (x, y + tip), (305, y), (305, y + thick), (x, y + tip + thick), (-5, y + thick)],
                (p.main, p.second)[k % 2],
            )
        )
    return drawn


def scallops(rng: Random, p: Palette, h: float) -> list[str]:
    """Rows of fans, one of them bright."""
    r = rng.choice((50.0, 60.0, 75.0))
    rows, columns = math.ceil(h / (r / 2)) + 2, math.ceil(WIDTH / (2 * r)) + 1
    bright = (rng.randrange(2, max(rows - 3, 3)), rng.randrange(1, columns))
    drawn: list[str] = []
    for row in range(rows):
        for column in range(columns + 1):
            x, y = (2 * column - row % 2) * r, row * r / 2
            lit = (row, column) == bright
            colours = (p.light, p.second, p.light) if lit else (p.main, p.sky, p.second)
            drawn += [circle(x, y, r * (1 - 0.3 * k), colours[k]) for k in range(3)]
    return drawn
