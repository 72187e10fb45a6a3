"""Read the published releases strictly: every file, column and value as published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from cineblend.data.assemble import Rules, assemble
from cineblend.data.columns import read_columns
from cineblend.data.dataset import Dataset, Source
from cineblend.data.duplicates import first_pair
from cineblend.data.formats import RELEASES, Form, Release
from cineblend.data.items import year_of_title
from cineblend.data.kinds import INTEGER, SECONDS, TEXT, Field, Table, labels, number
from cineblend.data.links import with_links
from cineblend.files import sha256_file


def read_movielens(folder: Path, name: str) -> Dataset:
    """Read a MovieLens release.

    Users are numbered by ascending id, films in the order of the movies file. Ratings and tags keep the
    order of their files. The catalogue has the numbers of ``links.csv`` if that file exists.
    ``source.verified`` is False if a file differs from the published one.

    Args:
        folder: the folder of its files.
        name: the release ("ml-latest-small").

    Raises:
        InputError: a file is missing or wrong.
    """
    release = RELEASES[name]
    form = release.form
    films = read_films(folder / form.movies, form)
    ratings = _read_ratings(folder / form.ratings, release)
    tags = _read_tags(folder / form.tags, form) if form.tags else None
    scale = (release.scale.low, release.scale.high)
    return with_links(
        assemble(_source(folder, release), Rules(scale, strict=True), ratings, films, tags), folder
    )


def _read_ratings(path: Path, release: Release) -> Table:
    fields = {
        "user": Field("userId", INTEGER),
        "item": Field("movieId", INTEGER),
        "value": Field("rating", number(release.scale.low, release.scale.high)),
        "timestamp": Field("timestamp", SECONDS),
    }
    return read_columns(path, fields, release.form.ratings_layout)


def _read_tags(path: Path, form: Form) -> Table:
    fields = {
        "user": Field("userId", INTEGER),
        "item": Field("movieId", INTEGER),
        "tag": Field("tag", TEXT),
    }
    return read_columns(path, fields, form.ratings_layout)


def read_films(path: Path, form: Form) -> Table:
    """Read the films of a release: columns item, title, year and genres.

    Raises:
        InputError: the file is missing or wrong.
    """
    fields = {"item": Field("movieId", INTEGER), "title": Field("title", TEXT)}
    if form.genre_flags:
        fields |= {genre: Field(genre, INTEGER) for genre in form.genre_flags}
        genres = pl.concat_list(
            pl.when(pl.col(genre) == 1).then(pl.lit(genre)) for genre in form.genre_flags
        ).list.drop_nulls()
    else:
        fields["genres"] = Field("genres", labels(form.genre_separator))
        genres = pl.col("genres")
    table = read_columns(path, fields, form.movies_layout)
    ids = table.frame["item"]
    if ids.is_duplicated().any():
        first, second = first_pair(ids.to_numpy())
        raise table.error(
            second,
            f"item {ids[second]!r} occurs twice; it is also in {table.place(first)}",
            expected="one row per item",
            remedy="remove one of the two rows",
        )
    columns = ("item", "title", year_of_title(pl.col("title")).alias("year"), genres.alias("genres"))
    return replace(table, frame=table.frame.select(columns))


def _source(folder: Path, release: Release) -> Source:
    published = (name for name in release.sha256 if (folder / name).is_file())
    sha256 = {name: sha256_file(folder / name) for name in dict.fromkeys((*release.form.files, *published))}
    verified = all(release.sha256.get(name) == digest for name, digest in sha256.items())
    return Source(
        name=release.name,
        location=str(folder),
        sha256=sha256,
        licence=release.licence,
        citation=release.citation,
        caution=release.caution,
        verified=verified if release.sha256 else None,
    )
