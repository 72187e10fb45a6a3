"""The reader table: one row for each layout, recognised by the names of files or columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from cineblend.data import read_hetrec, read_lastfm, read_netflix
from cineblend.data.formats import DAT_FORM, LICENCE, U_FORM
from cineblend.data.layout import Layout
from cineblend.data.sheets import Sheet

Ends = tuple[float, float]
_LIKE = f"laid out like MovieLens; if it is MovieLens, {LICENCE}"
_IMDB = r"^\d{7,8}$"


@dataclass(frozen=True)
class KnownLayout:
    """One layout.

    Attributes:
        name: what people call it.
        files: patterns of the interactions' file names, in lower case, the best first.
        items: the same for the items' file.
        tags: the same for the tags' file.
        header: columns, as ``plain_name`` writes them, that the interactions must have.
        layout, items_layout: formats of files without a header line; None where it is sniffed.
        columns: roles of the interactions' columns that have no usual name.
        item_columns: the same for the items.
        genre_flags: columns of the items that hold 0 or 1, one a genre.
        scales: rating scales, the first that all ratings fit on is taken; empty takes the ratings' own ends.
        zero_is_unrated: a rating of 0 means that there is none.
        read: makes the tables where rows alone do not say it; from the folder and the files found.
        ids: "int" where ids are numbers with zeros before them.
        licence: the terms of use, where the layout says it.
    """

    name: str
    files: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    header: frozenset[str] = frozenset()
    layout: Layout | None = None
    items_layout: Layout | None = None
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    item_columns: Mapping[str, str] = field(default_factory=dict[str, str])
    genre_flags: tuple[str, ...] = ()
    scales: tuple[tuple[Ends, float], ...] = ()
    zero_is_unrated: bool = False
    read: Callable[[Path, list[Path]], dict[str, Sheet]] | None = None
    ids: Literal["auto", "int"] = "auto"
    licence: str = ""


_STARS, _HALF_STARS, _TEN = ((1.0, 5.0), 1.0), ((0.5, 5.0), 0.5), ((0.0, 10.0), 1.0)
_MOVIELENS = {"user": "userId", "item": "movieId", "rating": "rating", "timestamp": "timestamp"}
_MOVIES = {"item_id": "movieId", "title": "title", "genres": "genres"}

KNOWN = (
    KnownLayout(
        "MovieLens 100K",
        files=("u.data",),
        items=("u.item",),
        layout=U_FORM.ratings_layout,
        items_layout=U_FORM.movies_layout,
        columns=_MOVIELENS,
        item_columns={"item_id": "movieId", "title": "title"},
        genre_flags=U_FORM.genre_flags,
        scales=(_STARS,),
        licence=_LIKE,
    ),
    KnownLayout(
        "MovieLens 1M and 10M, or MovieTweetings",
        files=("ratings.dat",),
        items=("movies.dat",),
        tags=("tags.dat",),
        layout=DAT_FORM.ratings_layout,
        items_layout=DAT_FORM.movies_layout,
        columns=_MOVIELENS,
        item_columns=_MOVIES,
        scales=(_STARS, _HALF_STARS, _TEN),
    ),
    KnownLayout("RecBole", files=("*.inter",), items=("*.item",)),
    KnownLayout(
        "HetRec MovieLens",
        files=("user_ratedmovies-timestamps.dat", "user_ratedmovies.dat"),
        items=("movies.dat",),
        read=read_hetrec.movies,
        scales=(_HALF_STARS,),
    ),
    KnownLayout(
        "HetRec Last.fm", files=("user_artists.dat",), items=("artists.dat",), read=read_hetrec.artists
    ),
    KnownLayout(
        "Book-Crossing",
        files=("*book-ratings.csv", "*ratings*"),
        items=("*books*",),
        header=frozenset({"userid", "isbn", "bookrating"}),
        scales=(((1.0, 10.0), 1.0),),
        zero_is_unrated=True,
    ),
    KnownLayout(
        "Netflix Prize", files=("combined_data_*.txt", "mv_*.txt", "training_set"), read=read_netflix.tables
    ),
    KnownLayout("Last.fm 360K", files=("usersha1-artmbid-artname-plays.tsv",), read=read_lastfm.artists_360k),
    KnownLayout(
        "Amazon reviews 2018",
        files=("*.json", "*.jsonl", "*.csv"),
        items=("meta*",),
        header=frozenset({"overall", "reviewerid", "asin"}),
        item_columns={"item_id": "asin"},
        scales=(_STARS,),
    ),
    KnownLayout(
        "Amazon reviews 2023",
        files=("*.jsonl", "*.json", "*.csv"),
        items=("meta*",),
        header=frozenset({"rating", "userid", "parentasin"}),
        item_columns={"item_id": "parent_asin"},
        scales=(_STARS,),
    ),
    KnownLayout(
        "MovieLens",
        files=("ratings.csv",),
        items=("movies.csv",),
        tags=("tags.csv",),
        header=frozenset({"userid", "movieid", "rating"}),
        scales=(_HALF_STARS,),
        licence=_LIKE,
    ),
)
"""Tried in this order; a folder that none fits is read by the usual names of files and columns."""
OWN = KnownLayout("own tables")


def has_imdb_ids(head: pl.DataFrame) -> bool:
    """Whether the items of a ``.dat`` folder are IMDb's numbers, as in MovieTweetings."""
    ids = head.to_series(1)
    return len(ids) > 0 and bool(ids.str.contains(_IMDB).all())
