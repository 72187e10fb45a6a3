"""Read the data sets of HetRec 2011: Last.fm and MovieLens, with their tags and genres."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cineblend.data.columns import column_names, read_columns
from cineblend.data.kinds import TEXT, Field
from cineblend.data.layout import Layout
from cineblend.data.sheets import Sheet, frame_sheet, open_sheet

_TAB = Layout("\t", None, "latin-1")
_TAB_UTF8 = Layout("\t", None, "utf-8")


def artists(folder: Path, files: list[Path]) -> dict[str, Sheet]:
    """Last.fm: how often people listened to artists, the artists' names, and tags."""
    found = {"interactions": open_sheet(files[0], layout=_TAB)}
    if (folder / "artists.dat").is_file():
        found["items"] = open_sheet(folder / "artists.dat", layout=_TAB_UTF8)
    return found | _tags(folder, "user_taggedartists.dat", "artistID")


def movies(folder: Path, files: list[Path]) -> dict[str, Sheet]:
    """MovieLens: ratings with their times, films with their genres, and tags."""
    found = {"interactions": open_sheet(files[0], layout=_TAB)}
    path = folder / "movies.dat"
    if path.is_file():
        names = column_names(path, _TAB)
        fields = {name: Field(name, TEXT) for name in names if name in ("id", "title", "year", "imdbID")}
        films = read_columns(path, fields, _TAB).frame.rename({"id": "movieID"})
        genres = folder / "movie_genres.dat"
        if genres.is_file():
            rows = read_columns(
                genres, {"movieID": Field("movieID", TEXT), "genres": Field("genre", TEXT)}, _TAB
            ).frame
            by_film = rows.group_by("movieID").agg(pl.col("genres").str.join("|"))
            films = films.join(by_film, on="movieID", how="left", maintain_order="left")
        films = films.with_columns(pl.col("movieID").cast(pl.Int64, strict=False))
        found["items"] = frame_sheet("movies", films)
    return found | _tags(folder, "user_taggedmovies.dat", "movieID")


def _tags(folder: Path, name: str, item: str) -> dict[str, Sheet]:
    path, words = folder / name, folder / "tags.dat"
    if not (path.is_file() and words.is_file()):
        return {}
    ids = {"user": Field("userID", TEXT), "item": Field(item, TEXT), "tagID": Field("tagID", TEXT)}
    said = read_columns(path, ids, _TAB).frame
    known = read_columns(words, {"tagID": Field("id" if "id" in column_names(words, _TAB) else "tagID", TEXT),
                                 "tag": Field(_word(words), TEXT)}, _TAB).frame  # fmt: skip
    joined = said.join(known, on="tagID", how="inner", maintain_order="left").select(
        pl.col("user").cast(pl.Int64, strict=False), pl.col("item").cast(pl.Int64, strict=False), "tag"
    )
    return {"tags": frame_sheet("tags", joined.drop_nulls())}


def _word(path: Path) -> str:
    names = column_names(path, _TAB)
    return next((name for name in ("tagValue", "value") if name in names), names[-1])
