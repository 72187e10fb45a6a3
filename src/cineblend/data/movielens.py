"""Read MovieLens folders, and folders with the same layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from cineblend.data.assemble import assemble
from cineblend.data.columns import column_names, read_columns
from cineblend.data.dataset import Dataset, Source
from cineblend.data.formats import FORMS, LICENCE, RELEASES, Form, Release
from cineblend.data.kinds import INTEGER, SECONDS, TEXT, Field, Table, labels, number
from cineblend.data.links import with_links
from cineblend.errors import InputError
from cineblend.files import sha256_file

_YEAR = r"\((\d{4})(?:\s*[-–—]\s*(?:\d{4})?)?\)\s*$"
"""The "(1995)", "(1975-1979)" or "(2006–)" that ends a title."""


def read_movielens(folder: Path, name: str) -> Dataset:
    """Read a MovieLens release.

    Users are numbered by ascending id, films in the order of the movies file. Ratings and tags keep the
    order of their files. The catalogue has the numbers of ``links.csv`` if that file exists.
    ``source.verified`` is False if a file differs from the published one.

    Args:
        folder: the folder of its files.
        name: a release ("ml-latest-small"), or any name for a folder with the same layout.

    Raises:
        InputError: a file is missing or wrong, or ``folder`` is not laid out like MovieLens.
    """
    release = RELEASES.get(name) or like_movielens(folder, name)
    form = release.form
    films = read_films(folder / form.movies, form)
    ratings = _read_ratings(folder / form.ratings, release)
    tags = _read_tags(folder / form.tags, form) if form.tags else None
    scale = (release.scale.low, release.scale.high)
    return with_links(assemble(_source(folder, release), scale, ratings, films, tags), folder)


def movielens_form(folder: Path) -> Form | None:
    """The form of a folder's files; None if it is not that of a MovieLens release."""
    for form in FORMS:
        if (folder / form.ratings).is_file() and (folder / form.movies).is_file():
            names = column_names(folder / form.ratings, form.ratings_layout)
            if {"userId", "movieId", "rating", "timestamp"} <= set(names):
                return form
    return None


def year_of_title(title: pl.Expr) -> pl.Expr:
    """Int32 year in parentheses at the end of a title, the first of a span; 0 if there is none."""
    return title.str.extract(_YEAR).cast(pl.Int32, strict=False).fill_null(0)


def like_movielens(folder: Path, name: str) -> Release:
    """A release that describes a folder with the layout of a MovieLens release.

    Raises:
        InputError: the folder does not have that layout.
    """
    form = movielens_form(folder)
    if form is None:
        raise InputError(
            folder,
            "the folder is not laid out like a MovieLens release",
            expected="the files " + "; or ".join(", ".join(form.files) for form in FORMS),
            remedy="add the missing files, or give another folder",
        )
    like = next(release for release in RELEASES.values() if release.form is form)
    if form.tags and not (folder / form.tags).is_file():
        form = replace(form, tags=None)
    return Release(name, form, like.scale, licence=f"laid out like MovieLens; if it is MovieLens, {LICENCE}")


def _read_ratings(path: Path, release: Release) -> Table:
    fields = {
        "user": Field("userId", INTEGER),
        "item": Field("movieId", INTEGER),
        "rating": Field("rating", number(release.scale.low, release.scale.high)),
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
