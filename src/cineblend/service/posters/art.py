"""Art: the pictures that a genre may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from cineblend.service.posters import patterns, scenes
from cineblend.service.posters.palettes import Palette

Art = Callable[[Random, Palette, float], list[str]]
"""(random numbers, colours, height of the picture) to SVG elements, over a painted background."""

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
"""Pictures by genre; "" for a film without a genre, or whose genres have no picture."""
