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
        "Action": (patterns.shards, patterns.chevrons),
        "Adventure": (scenes.hills, scenes.horizon, scenes.mesas),
        "Animation": (patterns.blocks, scenes.balloons),
        "Children": (scenes.balloons, patterns.blocks),
        "Comedy": (patterns.confetti, patterns.scallops, patterns.waves),
        "Crime": (patterns.blinds, patterns.shards, patterns.maze),
        "Documentary": (patterns.contours,),
        "Drama": (patterns.arches, scenes.horizon, patterns.contours, scenes.hills),
        "Fantasy": (scenes.moonlit, scenes.hills),
        "Film-Noir": (patterns.blinds, patterns.spiral),
        "Horror": (scenes.teeth, scenes.moonlit),
        "Musical": (patterns.waves, patterns.scallops),
        "Mystery": (patterns.maze, patterns.contours),
        "Romance": (patterns.pair, scenes.horizon),
        "Sci-Fi": (scenes.planets, patterns.contours),
        "Thriller": (patterns.spiral, patterns.blinds),
        "War": (patterns.chevrons, scenes.hills),
        "Western": (scenes.mesas, scenes.horizon),
        "": (patterns.contours, patterns.scallops),
    }
)
"""Pictures by genre; "" for a film without a genre, or whose genres have no picture."""
