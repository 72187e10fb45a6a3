"""What verbs share that run on Spark: its settings, and a dataset's ratings in it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from cineblend.data.catalog import Catalog
    from cineblend.data.table_columns import TableColumns
    from cineblend.engine.ratings import SparkRatings

Engine = Annotated[
    str, typer.Option(metavar="here|spark", help="Where it runs: in this process, or on Spark.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--spark",
        metavar="KEY=VALUE",
        help="A setting of Spark's, such as spark.master=local[8]; may be repeated.",
    ),
]


def runs_on_spark(engine: str, words: list[str] | None) -> bool:
    """Whether the engine asked for is Spark.

    Raises:
        UnknownNameError: there is no such engine.
        UserError: Spark's settings for another engine.
    """
    known = ("here", "spark")
    if engine not in known:
        raise UnknownNameError("engine", engine, known)
    if words and engine != "spark":
        raise UserError(f"--spark {words[0]} without --engine spark", expected="both, or neither")
    return engine == "spark"


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
