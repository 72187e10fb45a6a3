"""Build a Dataset from tables of interactions, items and tags: map ids to row numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.confidence import SCALE, confidence
from cineblend.data.content_columns import content_of_table
from cineblend.data.dataset import CHOSE, Dataset, RatingScale, Source
from cineblend.data.duplicates import once
from cineblend.data.kinds import Table
from cineblend.data.ratings import Ratings
from cineblend.data.table_columns import Duplicates, Feedback
from cineblend.errors import InputError
from cineblend.ids import Ids, Nums, Vocabulary

_SHOWN = 3
_SPREAD = 4
"""Ids that are spread over at most so many numbers for each row are numbered by a table of all of them."""


@dataclass(frozen=True)
class Rules:
    """How tables become a dataset.

    Attributes:
        scale: lowest and highest rating; None takes the lowest or highest value in the data.
        feedback: whether values are ratings, or counts.
        duplicates: which of several ratings of an item by a user counts; None is "last" for ratings and
            "sum" for counts.
        act: what people did with the items, where the values are counts.
        strict: refuse duplicates, and ratings and tags of items that are not in the table of items.
    """

    scale: tuple[float | None, float | None] = (None, None)
    feedback: Feedback = "explicit"
    duplicates: Duplicates | None = None
    act: str = CHOSE
    strict: bool = False


def assemble(
    source: Source, rules: Rules, ratings: Table, items: Table | None, tags: Table | None
) -> Dataset:
    """Build a dataset; what was added or left out is in the notes of its source.

    Args:
        source: where the tables came from.
        rules: scale, feedback and duplicates.
        ratings: columns user, item, value and timestamp.
        items: columns item (each once), title, year (0 if unknown) and genres (lists), in the catalogue's
            order; None makes a catalogue of the rated items in ascending order of id, with ids as titles.
        tags: columns user (null if unknown), item and tag.

    Raises:
        InputError: there are no ratings or no items, or ``rules`` refuse a duplicate.
    """
    _require_rows(ratings)
    ratings, items, tags = _with_like_ids(ratings, items, tags)
    notes = list(source.notes)
    if rules.strict and items is not None and len(items):
        for table in (ratings, tags):
            _require_known(table, items)
    items, note = _with_missing(ratings, items)
    catalog = catalog_of(items)
    users = ratings.frame["user"].unique().sort()
    notes += note
    user_num = _numbers(ratings.frame["user"], _ids(users))
    item_num = _numbers(ratings.frame["item"], catalog.items.ids)
    pairs = user_num.astype(np.int64)
    pairs *= len(catalog)
    pairs += item_num
    counts = rules.feedback == "implicit"
    usual = "error" if rules.strict else "sum" if counts else "last"
    kept = once(ratings, pairs, rules.duplicates or usual)
    del pairs
    notes += kept.notes
    value, timestamp = kept.value, ratings.frame["timestamp"].to_numpy()
    if kept.mask is not None:
        user_num, item_num = user_num[kept.mask], item_num[kept.mask]
        value, timestamp = value[kept.mask], timestamp[kept.mask]
    known_tags, note = _tags(tags, users, catalog)
    return Dataset(
        source=replace(source, notes=(*notes, *note)),
        users=Vocabulary(_ids(users)),
        catalog=catalog,
        ratings=Ratings(
            user_num,
            item_num,
            confidence(value) if counts else value,
            timestamp,
            len(users),
            len(catalog),
        ),
        tags=known_tags,
        scale=SCALE if counts else _scale(rules.scale, value),
        feedback=rules.feedback,
        act=rules.act,
    )


def _require_rows(ratings: Table) -> None:
    if not len(ratings):
        raise InputError(
            ratings.path,
            "the table has no ratings",
            expected="one rating per row",
            remedy="check that the file is complete",
        )


def _require_known(table: Table | None, items: Table) -> None:
    if table is None:
        return
    unknown = ~table.frame["item"].is_in(items.frame["item"].implode())
    if not unknown.any():
        return
    row = unknown.arg_true()[0]
    raise table.error(
        row,
        f"item {table.frame['item'][row]!r} is not in {items.path}",
        expected=f"every item of {table.path.name} in {items.path}",
        remedy=f"add the missing items, or remove their rows ({int(unknown.sum())} in all)",
    )


def _scale(ends: tuple[float | None, float | None], value: npt.NDArray[np.float32]) -> RatingScale:
    low, high = ends
    return RatingScale(
        float(str(value.min())) if low is None else low,
        float(str(value.max())) if high is None else max(high, float(str(value.max()))),
    )


def catalog_of(items: Table) -> Catalog:
    """The catalogue of a table of items, in the table's order.

    Raises:
        InputError: the table is empty.
    """
    frame = items.frame
    if not len(items):
        raise InputError(
            items.path,
            "the table has no items",
            expected="one item per row",
            remedy="check that the file is complete",
        )
    return Catalog(
        Vocabulary(_ids(frame["item"])),
        tuple(frame["title"].to_list()),
        frame["year"].to_numpy(),
        tuple(tuple(names) for names in frame["genres"].to_list()),
        content=content_of_table(items),
    )


def _with_missing(ratings: Table, items: Table | None) -> tuple[Table, list[str]]:
    """The items, with those that only the ratings have, by rising id, each with its id as the title."""
    rated = ratings.frame["item"].unique().sort()
    if items is not None and not len(items):
        catalog_of(items)
    missing = rated if items is None else rated.filter(~rated.is_in(items.frame["item"].implode()))
    extra = pl.DataFrame(
        {
            "item": missing,
            "title": missing.cast(pl.String),
            "year": pl.repeat(0, len(missing), dtype=pl.Int32, eager=True),
            "genres": pl.Series([[]] * len(missing), dtype=pl.List(pl.String)),
        }
    )
    if items is None:
        note = ["there are no titles: the id stands for the title, and no text can be learned"]
        return Table(ratings.path, extra, None), note
    if not len(missing):
        return items, []
    frame = pl.concat([items.frame, extra], how="diagonal")
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    frame = frame.with_columns(pl.col(lists).fill_null(pl.lit([], pl.List(pl.String))))
    shown = ", ".join(map(str, missing.head(_SHOWN).to_list()))
    note = f"{len(missing)} rated items are not in {items.path.name}, such as {shown}; they are added"
    return replace(items, frame=frame), [note]


def _with_like_ids(
    ratings: Table, items: Table | None, tags: Table | None
) -> tuple[Table, Table | None, Table | None]:
    """The tables, with ids as text in all of them if they are text in one of them."""
    given = [table for table in (ratings, items, tags) if table is not None]
    for name in ("user", "item"):
        dtypes = {table.frame.schema.get(name, pl.Null()) for table in given} - {pl.Null()}
        if len(dtypes) > 1:
            given = [
                replace(table, frame=table.frame.with_columns(pl.col(name).cast(pl.String)))
                if name in table.frame.columns
                else table
                for table in given
            ]
    rest = iter(given)
    return next(rest), None if items is None else next(rest), None if tags is None else next(rest)


def _tags(tags: Table | None, users: pl.Series, catalog: Catalog) -> tuple[Tags, list[str]]:
    if tags is None or not len(tags):
        return Tags.none(), []
    item_num = _numbers(tags.frame["item"], catalog.items.ids)
    known = item_num >= 0
    user_num = _numbers(tags.frame["user"].cast(users.dtype), _ids(users))[known]
    text = tags.frame["tag"].filter(pl.Series(known)).to_list()
    left_out = int((~known).sum())
    note = [f"{tags.path.name}: {left_out} tags of unknown items are left out"] if left_out else []
    return Tags(user_num, item_num[known], tuple(text), np.zeros(len(text), bool)), note


def _ids(column: pl.Series) -> Ids:
    if column.dtype == pl.String:
        return np.array(column.to_list(), dtype=np.str_)
    return column.to_numpy().astype(np.int64)


def _numbers(ids: pl.Series, vocabulary: Ids) -> Nums:
    """Row numbers, -1 if unknown. A table, else a hash join, is faster than a binary search."""
    if ids.dtype == pl.Int64 and len(vocabulary) and not ids.null_count():
        low, high = int(vocabulary.min()), int(vocabulary.max())
        if high - low < _SPREAD * max(len(ids), len(vocabulary)):
            table = np.full(high - low + 2, -1, np.int32)
            table[vocabulary.astype(np.int64) - low] = np.arange(len(vocabulary), dtype=np.int32)
            at = ids.to_numpy()
            inside = (at >= low) & (at <= high)
            return table[np.where(inside, at - low, -1)]
    known = pl.DataFrame(
        {"id": pl.Series(vocabulary, dtype=ids.dtype), "num": np.arange(len(vocabulary), dtype=np.int32)}
    )
    found = ids.alias("id").to_frame().join(known, on="id", how="left", maintain_order="left")["num"]
    return found.fill_null(-1).to_numpy()
