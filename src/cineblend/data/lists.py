"""Lists in one cell of a table: JSON arrays, Python lists, or words between separators."""

from __future__ import annotations

from typing import Any, cast

import polars as pl

from cineblend.data.cells import parsed
from cineblend.data.kinds import NO_GENRES, Kind

_KEYS = ("name", "title", "iso_639_1", "iso_3166_1")
"""Keys of an object that stands for a word, as in TMDB's tables; the first found is taken."""


def listed(*separators: str) -> Kind:
    """A list of words in one cell; never null, each word once.

    A Parquet list is taken as it is. Text that begins with "[" is a JSON array or a Python list, of words or
    of objects with a name. Other text is split at the first of ``separators`` that it contains.
    """

    def split(text: str) -> list[str]:
        if text.startswith("[") and text.endswith("]"):
            words = _array(text)
        else:
            separator = next((one for one in separators if one in text), None)
            words = [text] if separator is None else text.split(separator)
        bare = (word.strip() for word in words)
        return list(dict.fromkeys(word for word in bare if word and word != NO_GENRES))

    def column(series: pl.Series) -> pl.Series:
        distinct = series.unique()
        lists = pl.Series(
            [split((text or "").strip()) for text in distinct.to_list()], dtype=pl.List(pl.String)
        )
        found = pl.DataFrame({"text": distinct, "words": lists})
        both = (
            series.alias("text")
            .to_frame()
            .join(found, on="text", how="left", nulls_equal=True, maintain_order="left")
        )
        return both["words"]

    def typed(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        if isinstance(dtype, pl.List):
            return raw.cast(pl.List(pl.String)).list.drop_nulls().fill_null([])
        text = raw if dtype == pl.String else raw.cast(pl.String)
        return text.map_batches(column, return_dtype=pl.List(pl.String))

    return Kind("a list of words", typed)


def _array(text: str) -> list[str]:
    """The words of a JSON array or a Python list; of anything else in brackets, what is between commas."""
    said = parsed(text)
    if not isinstance(said, list):
        return [word.strip().strip("'\"") for word in text[1:-1].split(",")]
    return [_word(one) for one in cast("list[Any]", said)]


def _word(value: Any) -> str:
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        value = next((named[key] for key in _KEYS if named.get(key)), "")
    return "" if value is None or isinstance(value, list | dict) else str(value)
