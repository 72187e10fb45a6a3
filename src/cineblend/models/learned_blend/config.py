"""Settings of the learned blend: its parts and numbers, each written once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.constants import LIKED_SHARE, SEED
from cineblend.errors import UserError
from cineblend.models.base import ModelConfig
from cineblend.models.learned_blend.tree_scorer import MOST_LEAVES


@dataclass(frozen=True)
class Part:
    """One recommender whose score is a feature.

    Attributes:
        name: what the feature is called; no two parts share one.
        model: the recommender.
        proposes: its share in the sum of z-scores that picks the candidates; 0 for none.
    """

    name: str
    model: ModelConfig
    proposes: float = 0.0


@dataclass(frozen=True)
class BoostConfig:
    """LightGBM's trees on top of the linear score; chosen by what they find on inner hold-outs.

    Attributes:
        objective: "lambdarank" learns each person's order, "binary" the odds of a like.
        share: factor of what these trees add to the linear score.
        rounds: trees a bag.
        learning_rate: of a tree.
        leaves: of a tree, at most; 2 to 64.
        min_in_leaf: rows a leaf needs. Large, since one user's rows must not make a leaf.
        feature_share: of the features, drawn for each tree.
        row_share: of the rows, drawn for each tree.
        l2: weight of the squared leaf values.
        depth: list length that lambdarank's gain looks at (LightGBM's truncation level).
        bags: models with seeds of their own whose corrections are averaged.
    """

    objective: Literal["lambdarank", "binary"] = "lambdarank"
    share: float = 1.0
    rounds: int = 40
    learning_rate: float = 0.05
    leaves: int = 12
    min_in_leaf: int = 1000
    feature_share: float = 0.4
    row_share: float = 0.7
    l2: float = 5.0
    depth: int = 30
    bags: int = 3

    def __post_init__(self) -> None:
        if not 2 <= self.leaves <= MOST_LEAVES:
            raise UserError(f"leaves is {self.leaves}", expected=f"2 to {MOST_LEAVES}")


ORDER_AND_ODDS = (
    BoostConfig(),
    BoostConfig("binary", share=0.5, rounds=150, leaves=16, min_in_leaf=600, bags=2),
)
"""Two views of one table err apart: together they find more than either with more trees."""


@dataclass(frozen=True)
class NextConfig:
    """How the orders of lists that are asked for at a time are learned.

    Attributes:
        lengths: of histories without dates. In each inner hold-out a share of the people is unknown to the
            parts and comes with so many of their first ratings, as if made on one page; the rest is to be
            found.
        last_share: share of each person's ratings, the latest, that is held out once to learn from.
        cuts: shares of all ratings, the earliest, after which everything is held out once each.
        fewest: people that a hold-out by time needs to be learned from.
        most: people that each hold-out by time is learned from at most, drawn at random.
        recent_days: what is watched in so many days before a list is asked for is proposed too.
        proposes: its share in the sum of z-scores that picks the candidates.
    """

    lengths: tuple[int, ...] = (1, 2, 3, 5, 10, 30, 100)
    last_share: float = 0.2
    cuts: tuple[float, ...] = (0.7, 0.85)
    fewest: int = 100
    most: int = 2500
    recent_days: float = 7.0
    proposes: float = 0.5

    def __post_init__(self) -> None:
        shares = (self.last_share, *self.cuts)
        if not all(0 < share < 1 for share in shares):
            raise UserError(f"shares by time are {shares}", expected="each between 0 and 1")
        if any(length < 1 for length in self.lengths):
            raise UserError(f"lengths are {self.lengths}", expected="1 or more each")


@dataclass(frozen=True)
class RankerSettings:
    """Hyper-parameters of the learned blend; ``RankerConfig`` is the same and builds the recommender.

    Attributes:
        parts: at least one, and at least one that proposes.
        cold: recommender of films without a rating; None leaves them unscored.
        n_candidates: films a person that the learned order is for.
        n_pool: films that can be candidates, the most rated; 0 for all.
        n_folds: into how many parts the ratings are dealt; each in turn is held out.
        n_lessons: how many of these inner hold-outs the order is learned from; 0 for all.
        relevant_share: share of the scale's high from which a rating counts as liked.
        negatives: share of a person's candidates without a held-out rating that are learned from.
        regularization: weight of the linear score's squared coefficients.
        max_users: at most this many people are learned from, drawn at random.
        boosts: the trees, each kind by itself; none leaves the linear score alone.
        seed: drives folds, draws and trees.
        familiar_to: the language model, an encoder's row, that is asked how likely it finds each title,
            which tells how well known a film nobody rated is; empty for none.
        disliked_share: share of the scale's high up to which a rating counts as disliked. The parts do not
            see disliked ratings, so that none of them speaks for films of that kind; 0 shows them all.
        signed: the part whose weights tell what a person's ratings above and below expectation say of a
            film, itself a feature; empty for none.
        preference: what a film's log-odds of being liked rather than disliked, once watched, count where
            they lie below those of most liked films; 0 learns none.
        next: how lists that are asked for at a time are ordered; None uses one order for every list.
    """

    parts: tuple[Part, ...]
    cold: ModelConfig | None = None
    n_candidates: int = 400
    n_pool: int = 0
    n_folds: int = 10
    n_lessons: int = 0
    relevant_share: float = LIKED_SHARE
    negatives: float = 0.3
    regularization: float = 20.0
    max_users: int = 5000
    boosts: tuple[BoostConfig, ...] = ORDER_AND_ODDS
    seed: int = SEED
    familiar_to: str = ""
    disliked_share: float = 0.0
    signed: str = ""
    preference: float = 0.0
    next: NextConfig | None = None

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names):
            raise UserError(f"parts share a name: {sorted(names)}", expected="a name of its own for each")
        if self.signed and self.signed not in names:
            raise UserError(f"signed is {self.signed!r}", expected=f"a part's name: {', '.join(names)}")
        if not any(part.proposes > 0 for part in self.parts):
            raise UserError("no part proposes films", expected="at least one part with proposes above 0")
        if not 0 < self.negatives <= 1:
            raise UserError(f"negatives is {self.negatives}", expected="a share above 0 and up to 1")
        if self.n_folds < 2:
            raise UserError(f"n_folds is {self.n_folds}", expected="at least 2")
        if not 0 <= self.n_lessons <= self.n_folds:
            raise UserError(f"n_lessons is {self.n_lessons}", expected=f"0 to {self.n_folds}, the folds")
