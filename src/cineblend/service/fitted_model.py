"""FittedModel: a model that is fitted, saved and loaded, and makes lists for many people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cineblend.bundle.fitted import Fitted
from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.errors import UserError

if TYPE_CHECKING:
    import polars as pl
    from narwhals.typing import IntoFrame


class FittedModel:
    """A fitted model and its way to a folder and back. It never changes: threads may share it."""

    def __init__(self, fitted: Fitted) -> None:
        self.fitted = fitted

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Load the recommender from a folder that ``cineblend fit --out`` wrote.

        Raises:
            UserError: there is no such folder, or it is damaged.
        """
        # The reader imports tables and every kind of model, which a recommender made in memory does not need.
        from cineblend.bundle.read import read

        return cls(read(Path(path)))

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        strategy: str = "cineblend",
        *,
        device: str = "auto",
        seed: int | None = None,
        with_map: bool = False,
    ) -> Self:
        """Fit a strategy on a dataset, sized for the data as ``cineblend fit`` does.

        Args:
            dataset: what to learn from, such as ``Dataset.from_frames(frame)``.
            strategy: a row of ``cineblend strategies``.
            device: "auto", "cpu" or "cuda": where text encoders run.
            seed: drives the model and the map.
            with_map: lay the catalogue out on a map for the page.

        Raises:
            UnknownNameError: there is no such strategy.
            NotAvailableError: weights, hardware, memory or a package of the strategy are missing.
            UserError: there is too little data, or a film's id contains a slash.
        """
        # Fitting imports every kind of model, which a recommender that is read from a folder does not need.
        from cineblend.bundle.make import make
        from cineblend.comparison.plan import plan
        from cineblend.comparison.strategies import reseeded, rows
        from cineblend.comparison.workbench import Bench
        from cineblend.data.shape import Shape

        row = rows([strategy])[0]
        row = row if seed is None else reseeded(row, seed)
        chosen = plan(row, Shape.of(dataset), loaded=True).strategy
        return cls(make(dataset, chosen, Bench(device=device), with_map=with_map, seed=seed or SEED))

    def save(self, path: Path | str) -> None:
        """Write the model to a folder, for ``load`` and ``cineblend serve``.

        Raises:
            UserError: the folder cannot be written, or holds something else.
        """
        from cineblend.bundle.write import write

        write(self.fitted, path)

    def recommend_many(self, people: Dataset | Mapping[Any, Any] | IntoFrame, k: int = 10) -> pl.DataFrame:
        """The k best films for each of many people: columns user, rank, item, title and score.

        Args:
            people: their interactions as a dataset or a frame, or a map from person to (item id to rating).
            k: length of the lists.

        Raises:
            UserError: no item is known, or a rating is off the model's scale.
        """
        from cineblend.service.many import recommend_many

        return recommend_many(self.fitted, people, k)

    def __reduce__(self) -> Any:
        raise UserError(
            "a recommender cannot be pickled or copied",
            expected="one recommender that threads share, or a folder that processes load",
            remedy="save it with .save(folder), and load it with Recommender.load(folder)",
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """The recommender itself: it never changes."""
        return self
