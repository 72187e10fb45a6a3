"""Blends: the default learned blend and the one with every part, as configs."""

from __future__ import annotations

from dataclasses import replace

from cineblend.data.content import FIELDS
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.learned_blend.config import BoostConfig, NextConfig, Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacentConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.text.features import TextSpec

LANGUAGE_MODEL = "smollm2-135m"
"""Asked how likely it finds a title, which tells how well known a film is that nobody has rated."""
DISLIKED_SHARE = 0.4
"""Share of the highest rating up to which a rating counts as disliked by our blends: 2 of 5 stars."""
LEAN_BOOSTS = (
    BoostConfig(bags=2),
    BoostConfig("binary", share=0.5, rounds=100, leaves=16, min_in_leaf=600, bags=1),
)
"""Half of the trees of the full blend, which find as much on inner hold-outs."""


def learned_blend(encoders: tuple[str, ...]) -> RankerConfig:
    """The default: the few parts that pay on inner hold-outs.

    Args:
        encoders: text encoders; the first reads what is rated, the last what nobody rated; may be empty.
    """
    parts = (
        Part("ease", EaseConfig(), 1.0),
        Part("als", ALSConfig(24, 1.0, 20.0, 10)),
        Part("ease runs", SparseEaseConfig(2500, 400, 50.0, run=16), 0.5),
        Part("mult-vae", MultVAEConfig(n_items=1000, n_nets=2)),
        Part("adjacent dated", DatedAdjacentConfig(), 0.5),
    )
    lean = RankerConfig(
        parts,
        n_lessons=4,
        negatives=0.15,
        boosts=LEAN_BOOSTS,
        disliked_share=DISLIKED_SHARE,
        signed="ease",
        preference=1.0,
        next=NextConfig(),
    )
    if not encoders:
        return lean
    text = Part("ease+text", EaseConfig(text=(TextSpec(encoders[0]), *CONTENT)))
    return replace(lean, parts=(*parts, text), cold=CarriedConfig(EaseConfig(), new_film_text(encoders[-1])))


def full_blend(encoders: tuple[str, ...]) -> RankerConfig:
    """Every part that ever added something, those that read dates too, over these text encoders."""
    ratings = (
        Part("ease", EaseConfig(), 1.0),
        Part("ease liked", EaseConfig(60.0, "liked"), 0.5),
        Part("als", ALSConfig(24, 1.0, 20.0, 10)),
        Part("adjacent", AdjacentConfig(), 0.5),
        Part("adjacent liked", AdjacentConfig(grading="liked")),
        Part("adjacent closest", AdjacentConfig(4, 2.0, 1.0, 0.4, 2.0)),
        Part("adjacent once", AdjacentConfig(popularity_damping=0.3, norm=2.0)),
        Part("period short", PeriodConfig(2.0)),
        Part("period", PeriodConfig(12.0)),
        Part("adjacent dated", DatedAdjacentConfig(), 1.0),
        Part("adjacent dated at all", DatedAdjacentConfig(15, timeless=0.1, grading="binary")),
        Part("ease runs", SparseEaseConfig(4000, 400, 50.0, run=16)),
        Part("mult-vae", MultVAEConfig()),
    )
    texts = tuple(TextSpec(encoder) for encoder in encoders)
    by_text = tuple(Part(f"ease+{one.encoder}", EaseConfig(text=(one,)), 0.7 / len(texts)) for one in texts)
    new_films = CarriedConfig(EaseConfig(), new_film_text(encoders[-1]), familiar_to=LANGUAGE_MODEL)
    return RankerConfig(
        (*ratings, *by_text, Part("text", TextRidgeConfig(texts))),
        cold=new_films,
        familiar_to=LANGUAGE_MODEL,
        disliked_share=DISLIKED_SHARE,
        signed="ease",
        preference=1.0,
        next=NextConfig(),
    )


def new_film_text(encoder: str) -> tuple[TextSpec, ...]:
    """What is read of a film nobody has rated: no tags, with and without its year; and its content."""
    return TextSpec(encoder, document="facts"), TextSpec(encoder, document="bare"), *CONTENT


CONTENT = tuple(TextSpec("tfidf", document=rule) for rule in FIELDS)
"""The fields of the content, each as TF-IDF. A field that no item has adds nothing."""
