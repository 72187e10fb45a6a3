"""Shapes: the SVG elements of posters."""

from __future__ import annotations

WIDTH = 300
"""Width of a poster in its own units."""


def circle(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}"{more}/>'


def ring(x: float, y: float, r: float, stroke: str, width: float, more: str = "") -> str:
    """A circle's outline."""
    return circle(x, y, r, "none", f' stroke="{stroke}" stroke-width="{width:.1f}"{more}')


def shape(points: list[tuple[float, float]], fill: str, more: str = "") -> str:
    """A filled polygon."""
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{fill}"{more}/>'


def box(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}"{more}/>'


def path(d: str, fill: str, more: str = "") -> str:
    """A filled path."""
    return f'<path d="{d}" fill="{fill}"{more}/>'


def line(d: str, stroke: str, width: float, more: str = "") -> str:
    """A drawn path."""
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width:.1f}"{more}/>'


def oval(x: float, y: float, rx: float, ry: float, more: str) -> str:
    """An ellipse."""
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"{more}/>'


def arc(x: float, y: float, rx: float, ry: float, flags: str) -> str:
    """A path's arc to a point; ``flags`` are "large sweep"."""
    return f"A{rx:.1f} {ry:.1f} 0 {flags} {x:.1f} {y:.1f}"
