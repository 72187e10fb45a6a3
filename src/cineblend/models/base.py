"""Recommender: the one contract every model keeps, and the configs that build them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.state import Keeps

if TYPE_CHECKING:
    from cineblend.text.encoders.encoder import Embeddings
    from cineblend.text.features import TextFeatures, TextSpec

Scores = npt.NDArray[np.float32]
"""(n people, n items) float32; higher is better, NaN means "this model cannot score it"."""

Contributions = npt.NDArray[np.float64]
"""(history, c items) float64: what each rating of one person adds to the score of each item."""
Spread = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""(n people, 1) and (n, 1): the mean and deviation of each person's scores of some items."""
Nums = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Shortlist:
    """A few items for each of n people, with the scores that ``Recommender.score`` has for them.

    Attributes:
        item_num: (n, c) item numbers, none twice in a row.
        score: (n, c) float32; NaN for an item in the person's history and for one that cannot be scored.
        leading: every item outside a person's row scores lower than those with a score in its first
            ``leading`` columns, cannot be scored, or is in the history.
    """

    item_num: Nums
    score: Scores
    leading: int


@dataclass(frozen=True, eq=False)
class Factored:
    """Vectors whose products are the scores that ``Recommender.score`` has, to their last few bits.

    Attributes:
        items: (n_items, d) float32; NaN in the rows of items that cannot be scored.
        users: makes people's vectors, (len(users), d) float32; NaN in the rows of those it cannot score.
    """

    items: npt.NDArray[np.float32]
    users: Callable[[UserBatch], npt.NDArray[np.float32]]


class Recommender(Keeps, ABC):
    """Scores every item of the catalogue for people it saw and people it did not.

    A model names in ``kept`` what it must be written down with, and holds its hyper-parameters in ``config``.

    The laws the conformance suite holds every model to: a refit equals a fresh fit; the same seed
    gives the same scores; a person's scores do not depend on who else is in the batch, nor on
    whether all items are scored or a few; no score is infinite; scoring changes nothing; a model
    restored from its ``state`` gives the same scores to the bit.
    """

    @abstractmethod
    def fit(self, train: Dataset) -> Self:
        """Learn from ``train`` alone, forgetting any earlier fit."""

    @abstractmethod
    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN where the model cannot score an item for a person.

        Raises:
            NotFittedError: before ``fit``.
        """

    def score_items(self, users: UserBatch, items: Nums) -> Scores:
        """(len(users), c) scores of chosen items, as ``score`` has them to its last few bits.

        A model that need not score the whole catalogue for it overrides this.

        Args:
            users: the n people.
            items: (n, c) item numbers, a row a person.

        Raises:
            NotFittedError: before ``fit``.
        """
        return np.take_along_axis(self.score(users), items, axis=1)

    def shortlist(self, users: UserBatch) -> Shortlist | None:
        """Items that lead each person's list, found without all others' scores; None where there is no way.

        Raises:
            NotFittedError: before ``fit``.
        """
        del users
        return None

    def factors(self) -> Factored | None:
        """The vectors whose products the scores are; None where they are something else.

        Lists of many people then come without a row of scores over all items.

        Raises:
            NotFittedError: before ``fit``.
        """
        return None

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions | None:
        """Contribution of each rating of one user to some items' scores; None if the model has none.

        If the score is a sum over the history, the contributions add up to it. Otherwise they add up to the
        part of the score that depends on single ratings.

        Args:
            users: one user.
            item_num: (c,) items that the model can score for this user.

        Returns:
            (len(history), c), in the history's order.

        Raises:
            NotFittedError: before ``fit``.
        """
        del users, item_num
        return None

    def score_and_explain(
        self, users: UserBatch
    ) -> tuple[Scores, Callable[[int, Nums], Contributions | None]]:
        """``score``, and ``contributions`` by position of a person and items, from one computation.

        A model whose scores take long overrides this, so that the reasons reuse what the scores are made of.
        """

        def explain(person: int, item_num: Nums) -> Contributions | None:
            return self.contributions(users.slice(person, person + 1), item_num)

        return self.score(users), explain

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) scores of items the catalogue lacks, known by text only.

        A model that reads no text cannot: all NaN.
        """
        return np.full((len(users), len(documents)), np.nan, np.float32)


@runtime_checkable
class ScoresSets(Protocol):
    """A model that scores a set of items, the same for everyone, without the rest of the catalogue."""

    def score_same(self, users: UserBatch, item_num: Nums) -> Scores:
        """(len(users), c) scores of the items (c,)."""
        ...

    def spread_same(self, users: UserBatch, item_num: Nums) -> Spread:
        """Mean and deviation of each person's scores of the items; 0 and 0 where there is none."""
        ...

    def mean_contributions(self, users: UserBatch, item_num: Nums) -> npt.NDArray[np.float64] | None:
        """(len(history),) mean of one person's ``contributions`` over the items; None without any."""
        ...


@runtime_checkable
class ScoresDescribed(Protocol):
    """A model that scores items that were not in the catalogue when it was fitted, by their content."""

    def describe(self, items: Dataset) -> Any:
        """What scoring needs of n items without ratings: a value that a bundle can hold, or None."""
        ...

    def score_described(self, users: UserBatch, described: Any) -> Scores:
        """(len(users), n) scores, as those of a model fitted with these items in its catalogue."""
        ...

    def described_contributions(self, users: UserBatch, described: Any) -> Contributions:
        """(len(history), n) what each rating of one person adds to these scores."""
        ...


class ScoresInputs(Protocol):
    """A model that is linear in its inputs, and takes any number for each rating of a history."""

    def score_inputs(self, users: UserBatch, grade: Contributions, items: Nums) -> Scores:
        """(len(users), c) scores of items (n, c) where each rating counts ``grade`` (m,); 0 for none."""
        ...

    def input_contributions(self, users: UserBatch, grade: Contributions, item_num: Nums) -> Contributions:
        """(len(history), c) what each rating of one person adds to those scores."""
        ...


@runtime_checkable
class HasWeights(Protocol):
    """A model whose score is a sum of grades times weights of one item for another, x_u B."""

    def weights_times(self, item_num: Nums, right: Contributions) -> Contributions:
        """(c, r) B[c, c] right of these items' weights for each other, B itself not made.

        Args:
            item_num: (c,) items that the model can score.
            right: (c, r).
        """
        ...


class Workbench(Protocol):
    """What a model may ask for while it is fitted: text features, and other models fitted."""

    def features(self, spec: TextSpec, train: Dataset) -> TextFeatures:
        """The catalogue's text as vectors; computed once for an equal spec and train."""
        ...

    def familiarity(self, language_model: str, train: Dataset) -> Embeddings:
        """(n_items, 2) how likely that model finds each title (``text.familiarity``).

        NaN where it is not on this machine, which is noted, and where none is named.
        """
        ...

    def note(self, text: str) -> None:
        """Note something that a reader must know about what is being fitted."""
        ...

    def fit(self, config: ModelConfig, train: Dataset) -> Recommender:
        """The recommender of ``config`` fitted on ``train``; fitted once for an equal pair."""
        ...


class ModelConfig(Protocol):
    """A model's hyper-parameters: a frozen, hashable dataclass, one documented field each."""

    def build(self, workbench: Workbench) -> Recommender:
        """A fresh, unfitted recommender."""
        ...

    def __hash__(self) -> int: ...
