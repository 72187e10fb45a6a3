"""What verbs share that run on Spark: its settings, and a dataset's ratings in it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from cineblend.data.catalog import Catalog
    from cineblend.data.table_columns import TableColumns
    from cineblend.engine.ratings import SparkRatings


@dataclass(frozen=True)
class Engine:
    """Where a verb runs."""

    engine: Annotated[
        str, typer.Option(metavar="here|spark", help="Where it runs: in this process, or on Spark.")
    ] = "here"
    spark_settings: Annotated[
        list[str] | None,
        typer.Option(
            "--spark",
            metavar="KEY=VALUE",
            help="A setting of Spark's, such as spark.master=local[8]; may be repeated.",
        ),
    ] = None

    def __post_init__(self) -> None:
        known = ("here", "spark")
        if self.engine not in known:
            raise UnknownNameError("engine", self.engine, known)
        if self.spark_settings and not self.is_spark:
            raise UserError(
                f"--spark {self.spark_settings[0]} without --engine spark", expected="both, or neither"
            )

    @property
    def is_spark(self) -> bool:
        """Whether it is Spark."""
        return self.engine == "spark"


@contextmanager
def ratings_on_spark(
    data: str,
    columns: TableColumns | None,
    words: list[str] | None,
    catalog: Catalog | None = None,
) -> Generator[SparkRatings]:
    """A dataset's ratings in a Spark session that ends with the ``with``.

    Args:
        data: a release, a directory or "sample".
        columns: how to read tables of your own.
        words: Spark's settings as KEY=VALUE.
        catalog: a model's, whose items are then all that counts.
    """
    from cineblend.data.load import load
    from cineblend.data.locate import SAMPLE
    from cineblend.engine.folder import read_folder
    from cineblend.engine.ratings import ratings_of
    from cineblend.engine.session import spark_session

    with spark_session(_settings(words)) as spark:
        if data == SAMPLE:
            ratings = ratings_of(spark, load(data, columns), catalog=catalog)
        else:
            unknown = "refuse" if catalog is None else "skip"
            ratings = read_folder(spark, data, columns, catalog=catalog, unknown=unknown)
        try:
            yield ratings
        finally:
            ratings.close()


def _settings(words: list[str] | None) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for word in words or ():
        key, equals, value = word.partition("=")
        if not (equals and key.startswith("spark.") and value):
            raise UserError(f"--spark is {word!r}", expected="KEY=VALUE, such as spark.driver.memory=8g")
        found[key] = value
    return found
