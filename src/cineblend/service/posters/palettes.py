"""Palettes: the colours of each genre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Palette:
    """Colours of one poster, as #rrggbb.

    Attributes:
        sky: background of the picture, upper end.
        earth: background, lower end.
        main: the largest shape.
        second: the shape beside it.
        light: bright details: suns, stars, lines.
        panel: background of the title.
        ink: the title; contrasts with the panel.
    """

    sky: str
    earth: str
    main: str
    second: str
    light: str
    panel: str
    ink: str


def _p(colours: str) -> Palette:
    return Palette(*(f"#{colour}" for colour in colours.split()))


PALETTES: Mapping[str, tuple[Palette, ...]] = MappingProxyType(
    {
        "Action": (
            _p("f2542d 7a1a12 1b1b1e f7b32b fff3d6 1b1b1e fff3d6"),
            _p("1d2d44 0b1320 f2542d f7b32b f0ebd8 0b1320 f0ebd8"),
            _p("ffb30f b95f00 16161d d7263d fff8e7 16161d ffd166"),
        ),
        "Adventure": (
            _p("f6bd60 e76f51 2a6f6b 84a98c fff1d0 1f3d3a fdf0d5"),
            _p("8ecae6 219ebc 14506b ffb703 fefae0 0b2b3b fefae0"),
            _p("ffd6a5 f28482 5f4b66 a7754d fff4e0 33263b ffe8cc"),
        ),
        "Animation": (
            _p("ffd166 ff9f1c 118ab2 ef476f fffcf2 073b4c ffd166"),
            _p("9bf6ff 48bfe3 ff70a6 ffd670 ffffff 2b2d6e fdf7ff"),
            _p("cdb4db b497d6 ff6b6b 4ecdc4 fffaf0 3d2c5e fff0f5"),
        ),
        "Children": (
            _p("a0e7e5 6fd3d0 ff6f91 ffc75f ffffff 1f4e5f fffbe6"),
            _p("ffe066 ffc233 247ba0 f25f5c fffdf5 2f3a40 ffe066"),
        ),
        "Comedy": (
            _p("ffe15d f9c80e f86624 662e9b fffbeb 43206b ffe15d"),
            _p("ff8fab fb6f92 3a0ca3 ffd60a fff0f3 3a0ca3 ffe5ec"),
            _p("b8f2e6 7fd8be ff6b35 1a535c fffef7 1a535c f7fff7"),
        ),
        "Crime": (
            _p("2b2d42 14151f d90429 8d99ae edf2f4 14151f edf2f4"),
            _p("c9ada7 9a8c98 22223b 4a4e69 f2e9e4 22223b f2e9e4"),
            _p("3a2e39 1e1620 f4b942 97625a fbe8c8 1e1620 fbe8c8"),
        ),
        "Documentary": (
            _p("e9e5d8 cfc8b4 2f4858 d1603d ffffff 2f4858 f5f1e6"),
            _p("dfe7e4 b8cbc4 31493c b5651d ffffff 23352b eef3f0"),
        ),
        "Drama": (
            _p("e8dab2 c9ad7f 4f6d7a c0503d fff8e8 2c3e46 fbf3de"),
            _p("5b7b7a 2f4544 e9b872 a44a3f f6e7cb 1c2b2b f6e7cb"),
            _p("d8b4a0 b5838d 355070 6d597a ffe8d6 2a2f4f ffe8d6"),
            _p("a3b9c9 6b8196 1f2d3d e0a458 f4f1de 1b2733 f4f1de"),
        ),
        "Fantasy": (
            _p("5f0f40 310a31 fb8b24 9a031e ffe8c2 240524 ffe0b0"),
            _p("3d348b 1f1a55 f7b801 7678ed fff3c4 17133f fff3c4"),
            _p("386641 1d3a24 f2e8cf a7c957 fffbe8 142b1a f2e8cf"),
        ),
        "Film-Noir": (
            _p("3b3b3b 101010 e6e1d6 7a7a7a fffaf0 101010 f2ede2"),
            _p("57534a 17150f f0d9a0 8a8272 fff6dc 17150f f5e9c9"),
        ),
        "Horror": (
            _p("5c0a12 1a0508 e9e3d5 b3121d f5efe0 12060a f3e9dc"),
            _p("20302b 0a120f c9d6bf 7c9473 f0f5e6 0a120f e6efd9"),
            _p("2a1a3e 0e0716 d0103a 7a5c99 f0e6ff 0e0716 f5d9e2"),
        ),
        "Musical": (
            _p("f72585 7209b7 ffd60a 4cc9f0 fff5fb 2b0a57 ffe3f3"),
            _p("fca311 e07a00 14213d d90368 fffaf0 14213d ffe2a8"),
        ),
        "Mystery": (
            _p("33415c 141b2b 7d8597 ca9f4f f2ead3 101625 f2ead3"),
            _p("4a3f55 1d1724 b8a1c9 d98e73 f6edf7 18121e f3e6ef"),
        ),
        "Romance": (
            _p("ffc2b4 ff8c84 c9184a ff758f fff3ef 641220 ffe5dd"),
            _p("ffe5d9 fcb9aa 6d597a e56b6f fffaf7 4a3b57 ffe5d9"),
            _p("bcd4e6 8fb3d1 b56576 eaac8b fdf5ee 35344f fbeee6"),
        ),
        "Sci-Fi": (
            _p("10204a 060b1f 3fc1c9 7b2cbf f5f5f5 060b1f d9fbff"),
            _p("2d1e5f 0d0826 ff6f59 43bccd fdf0ff 0d0826 ffe3dc"),
            _p("0b3c49 03171d f4d35e ee964b fdfcdc 03171d fbeec1"),
        ),
        "Thriller": (
            _p("e63946 9d1c2a 14151c 457b9d f1faee 14151c f1faee"),
            _p("33658a 16283c f6ae2d f26419 f5f9ff 0f1c2b f5f9ff"),
            _p("c8d5b9 8fa983 1f2a30 c0392b fafff5 1f2a30 eef5e6"),
        ),
        "War": (
            _p("a5a58d 6b705c 3f4238 cb997e ffe8d6 2b2d25 f3e5d5"),
            _p("d6a76c 9c5c3a 2f2a26 7a3b2e fdf0d8 26211d f6e3c5"),
        ),
        "Western": (
            _p("f4a259 d1495b 5b2333 8c3d3a ffe8b6 3a1722 ffe3b8"),
            _p("edc79b d57a4a 4b2e26 86493a fff3d9 35201a fbe5c5"),
        ),
        "": (
            _p("c9d1c8 95a69d 37474f d08c60 fffdf7 263238 f4f1ea"),
            _p("e3d5ca c2a990 463f3a bc6c4f fffaf4 352f2b f4ebe2"),
            _p("a9bcd0 6f88a6 373f51 d8a47f f8fafc 272d3c f0f4f9"),
        ),
    }
)
"""Palettes by genre; "" for a film without a genre, or whose genres have no palette."""
