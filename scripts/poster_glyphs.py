"""Write the outlines of the page's typeface that posters are lettered with.

Run it when the typeface changes, after ``pip install fonttools brotli``.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

PACKAGE = Path(__file__).parents[1] / "src" / "cineblend"
FACES = {"title": (720, 100), "narrow": (740, 74), "small": (540, 100)}
"""Weight and width of each face."""


def outlines(weight: int, width: int) -> dict[str, tuple[int, str]]:
    """Each letter's advance and its path, in thousandths of the font size; y runs down."""
    font = instantiateVariableFont(
        TTFont(PACKAGE / "web" / "static" / "fonts" / "archivo.woff2"), {"wght": weight, "wdth": width}
    )
    glyphs, per_em = font.getGlyphSet(), font["head"].unitsPerEm
    found: dict[str, tuple[int, str]] = {}
    for code, name in sorted(font.getBestCmap().items()):
        if not (chr(code).isprintable() or chr(code) == " ") or unicodedata.combining(chr(code)):
            continue
        pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
        glyphs[name].draw(TransformPen(pen, (1000 / per_em, 0, 0, -1000 / per_em, 0, 0)))
        found[chr(code)] = round(glyphs[name].width * 1000 / per_em), pen.getCommands()
    return found


if __name__ == "__main__":
    for face, axes in FACES.items():
        text = json.dumps(outlines(*axes), separators=(",", ":"))
        (PACKAGE / "service" / "posters" / f"glyphs-{face}.json").write_text(text + "\n")
