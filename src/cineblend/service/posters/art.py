"""Art: which pictures a genre may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from cineblend.service.posters import patterns, scenes
from cineblend.service.posters.palettes import Palette

Art = Callable[[Random, Palette, float], list[str]]
"""(random numbers, colours, height of the picture) to SVG elements, on a ground that is painted already."""

ART: Mapping[str, tuple[Art, ...]] = MappingProxyType(
    {
        "Action": (patterns.shards,),
        "Adventure": (scenes.hills,),
        "Animation": (patterns.blocks,),
        "Children": (scenes.balloons,),
        "Comedy": (patterns.confetti, patterns.scallops),
        "Crime": (patterns.blinds,),
        "Documentary": (patterns.contours,),
        "Drama": (patterns.arches, scenes.horizon),
        "Fantasy": (scenes.moonlit,),
        "Film-Noir": (patterns.blinds,),
        "Horror": (scenes.teeth,),
        "Musical": (patterns.waves,),
        "Mystery": (patterns.maze,),
        "Romance": (patterns.pair, scenes.horizon),
        "Sci-Fi": (scenes.planets,),
        "Thriller": (patterns.spiral,),
        "War": (patterns.chevrons,),
        "Western": (scenes.mesas,),
        "": (patterns.contours, patterns.scallops),
    }
)
"""By genre; "" for a film of no genre or of one that has no picture of its own."""
