"""Strategies that are quick to fit and need every kind of file that a bundle has."""

from __future__ import annotations

from cineblend.comparison.strategies import Strategy
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.learned_blend.config import BoostConfig, Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.text.features import TextSpec

WORDS = TextSpec("tfidf")
LEARNED = Strategy(
    "learned",
    "A small learned blend",
    RankerConfig(
        (
            Part("ease", EaseConfig(5.0, "liked"), 1.0),
            Part("ease+text", EaseConfig(5.0, text=(WORDS,)), 0.5),
            Part("adjacent", AdjacentConfig(grading="liked")),
        ),
        cold=TextRidgeConfig((WORDS,), 0.1),
        n_candidates=8,
        n_folds=3,
        boosts=(BoostConfig(rounds=5, min_in_leaf=20, bags=2),),
    ),
)
PLAIN = Strategy("plain", "EASE", EaseConfig(5.0))
SHARED = Strategy(
    "shared",
    "One model in two parts",
    BlendConfig((BlendPart(EaseConfig(5.0), 0.5), BlendPart(EaseConfig(5.0), 0.5, "zscore"))),
)
