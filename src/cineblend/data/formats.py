"""Known releases of MovieLens and MovieTweetings: their files, terms and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cineblend.data.dataset import RatingScale
from cineblend.data.layout import Layout

LICENCE = (
    "MovieLens: research use only; no commercial use without permission of GroupLens; "
    "redistribution under the same conditions"
)
CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. "
    "ACM TiiS 5, 4: 19:1-19:19. https://doi.org/10.1145/2827872"
)
_TWEETS_LICENCE = "MIT, copyright (c) 2013 Simon Dooms"
_TWEETS_CITATION = (
    "Simon Dooms, Toon De Pessemier and Luc Martens. 2013. MovieTweetings: a Movie Rating Dataset Collected "
    "From Twitter. Workshop on Crowdsourcing and Human Computation for Recommender Systems, CrowdRec at "
    "RecSys 2013"
)
_DEVELOPMENT = (
    "ml-latest-small is a development dataset: GroupLens calls it not appropriate for shared research results"
)


@dataclass(frozen=True)
class Form:
    """File names and formats of a family of releases.

    Ratings have the columns userId, movieId, rating and timestamp; movies have movieId, title and genres;
    tags have userId, movieId and tag. The names are in the file's header or in ``Layout.header``.

    Attributes:
        ratings, movies, tags: file names; ``tags`` is None if there is no tags file.
        ratings_layout, movies_layout: formats of the files; tags have the format of the ratings.
        genre_flags: columns of the movies file that hold 0 or 1, one per genre, in place of ``genres``.
        genre_separator: text between two genres in ``genres``.
    """

    ratings: str
    movies: str
    tags: str | None = None
    ratings_layout: Layout = field(default_factory=Layout)
    movies_layout: Layout = field(default_factory=Layout)
    genre_flags: tuple[str, ...] = ()
    genre_separator: str = "|"

    @property
    def files(self) -> tuple[str, ...]:
        """All file names."""
        return (self.ratings, self.movies) + ((self.tags,) if self.tags else ())


@dataclass(frozen=True)
class Release:
    """One published dataset.

    Attributes:
        name: the publisher's name for the release, its archive and its folder.
        form: file names and formats.
        scale: lowest and highest rating.
        archive_sha256: hex digest of the zip; empty if ``fetch`` cannot download it.
        archive_limit: maximum size of the zip in bytes.
        unpacked_limit: maximum size of its content in bytes.
        sha256: published hex digests by file name; empty if none are known.
        licence: terms of use.
        caution: a warning to show beside figures from this dataset.
        citation: the reference to cite.
        home: where to download it by hand; empty if ``fetch`` can download it.
    """

    name: str
    form: Form
    scale: RatingScale
    archive_sha256: str = ""
    archive_limit: int = 0
    unpacked_limit: int = 0
    sha256: Mapping[str, str] = field(default_factory=dict[str, str])
    licence: str = LICENCE
    caution: str = ""
    citation: str = CITATION
    home: str = ""


_RATING_COLUMNS = ("userId", "movieId", "rating", "timestamp")
# fmt: off
_GENRES_100K = (
    "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)
# fmt: on

CSV_FORM = Form("ratings.csv", "movies.csv", "tags.csv")
DAT_FORM = Form(
    "ratings.dat",
    "movies.dat",
    ratings_layout=Layout("::", None, "latin-1", _RATING_COLUMNS),
    movies_layout=Layout("::", None, "latin-1", ("movieId", "title", "genres")),
)
U_FORM = Form(
    "u.data",
    "u.item",
    ratings_layout=Layout("\t", None, "utf-8", _RATING_COLUMNS),
    movies_layout=Layout(
        "|",
        None,
        "latin-1",
        ("movieId", "title", "released", "released on video", "url", "unknown", *_GENRES_100K),
    ),
    genre_flags=_GENRES_100K,
)
TWEETS_FORM = Form(
    "ratings.dat",
    "movies.dat",
    ratings_layout=Layout("::", None, "utf-8", _RATING_COLUMNS),
    movies_layout=Layout("::", None, "utf-8", ("movieId", "title", "genres")),
)
FORMS = (CSV_FORM, DAT_FORM, U_FORM)

_HALF_STARS = RatingScale(0.5, 5.0)
_STARS = RatingScale(1.0, 5.0)
_MB = 1_000_000

RELEASES: dict[str, Release] = {
    release.name: release
    for release in (
        Release(
            "ml-latest-small",
            CSV_FORM,
            _HALF_STARS,
            "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
            2 * _MB,
            20 * _MB,
            {
                "ratings.csv": "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
                "movies.csv": "5a5f32dd9bb3797b8e728a1b98958789d2b13f294a69fdfbc5727f8a9611aa07",
                "tags.csv": "92a9f8bb7916dceef6151209845788c3643f794dfa79d1feaec7121b5960399d",
                "links.csv": "97ad18e4e56a09363c65676b6cb3482ce3e2cea2372a24620c1599c843325f31",
            },
            caution=_DEVELOPMENT,
        ),
        Release(
            "ml-100k",
            U_FORM,
            _STARS,
            "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
            10 * _MB,
            50 * _MB,
        ),
        Release(
            "ml-1m",
            DAT_FORM,
            _STARS,
            "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
            12 * _MB,
            100 * _MB,
        ),
        Release(
            "ml-25m",
            CSV_FORM,
            _HALF_STARS,
            "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
            300 * _MB,
            2_500 * _MB,
        ),
        Release(
            "ml-32m",
            CSV_FORM,
            _HALF_STARS,
            "e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
            300 * _MB,
            2_500 * _MB,
        ),
        Release(
            "movietweetings-100k",
            TWEETS_FORM,
            RatingScale(0.0, 10.0),
            licence=_TWEETS_LICENCE,
            citation=_TWEETS_CITATION,
            home="snapshots/100K of github.com/sidooms/MovieTweetings",
        ),
    )
}
"""Every known release. MovieTweetings uses IMDb's numbers for films, with leading zeros.

Digests of the archives are from TensorFlow Datasets' url_checksums/movielens.txt. It lacks ml-32m: its digest
is of the archive with GroupLens' published md5 (d472be332d4daa821edc399621853b57).
"""
