"""Read Last.fm 360K: how often each person played each artist."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cineblend.data.columns import read_columns
from cineblend.data.kinds import TEXT, Field, number
from cineblend.data.layout import Layout
from cineblend.data.sheets import Sheet, frame_sheet

_LAYOUT = Layout("\t", None, "utf-8", ("user", "artist id", "artist", "plays"))


def artists_360k(folder: Path, files: list[Path]) -> dict[str, Sheet]:  # noqa: ARG001
    """The plays, and the artists; one without an id of MusicBrainz is known by the name."""
    fields = {
        "user": Field("user", TEXT),
        "mbid": Field("artist id", TEXT),
        "title": Field("artist", TEXT),
        "plays": Field("plays", number(0, None)),
    }
    frame = read_columns(files[0], fields, _LAYOUT).frame
    mbid, title = pl.col("mbid").str.strip_chars(), pl.col("title").str.strip_chars()
    frame = frame.with_columns(item=pl.when(mbid != "").then(mbid).otherwise(title))
    items = frame.select("item", "title").unique("item", keep="first", maintain_order=True)
    return {
        "interactions": frame_sheet("plays", frame.select("user", "item", "plays")),
        "items": frame_sheet("artists", items),
    }
