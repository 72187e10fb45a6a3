"""Usual: the names of columns in people's exports, in several languages, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

USUAL: Mapping[str, tuple[str, ...]] = {
    role: tuple(names.split())
    for role, names in {
        "title": """title name titlename filmname filmtitle movietitle moviename movie film titolo titel titre
            título titulo""",
        "original title": "originaltitle titolooriginale originaltitel titreoriginal títulooriginal",
        "year": "year releaseyear anno jahr année annee año ano",
        "release date": "releasedate released releasedatemonthdayyear datadiuscita datedesortie",
        "rating": """yourrating yourated rating10 myrating userrating traktrating rating10outof10 rating score
            stars grade iltuovoto latuavalutazione valutazione voto ihrebewertung deinebewertung bewertung
            votrenote tucalificación tupuntuación calificación puntuación suaavaliação avaliação nota thumbs
            thumb vote note""",
        "date": """daterated ratedat ratingdate watcheddate watchedat lastwatchedat datewatched watchedon
            watchdate datadivoto datadivotazione datadellavalutazione bewertetam bewertungsdatum datedelanote
            fechadecalificación date data datum fecha timestamp created createdat listedat addedat dateadded
            addedtowatchlistat starttime eventutcts modified""",
        "IMDb's number": "const imdbid imdb tconst imdbtitleid imdblink imdburl",
        "TMDB's number": "tmdbid tmdb themoviedbid moviedbid",
        "MovieLens' number": "movieid",
        "kind of title": "titletype type mediatype tipodititolo tipo titeltyp typedetitre tipodetítulo kind",
        "season": "season seasonnumber",
        "episode": "episode episodenumber",
        "person": "userid profilename",
        "link": "url link filmlink",
    }.items()
}
"""What a column may be taken for, and its names as ``plain`` writes them."""


def plain(name: str) -> str:
    """A column's name in small letters and digits alone."""
    return "".join(filter(str.isalnum, name.casefold()))


def taken(header: Sequence[str], only: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """For each role, the columns of a header that have it, the likeliest first.

    Args:
        header: plain names.
        only: names that count instead of the usual ones, for some roles.
    """
    there = set(header)
    found = {
        role: tuple(name for name in only.get(role, names) if name in there) for role, names in USUAL.items()
    }
    return {role: names for role, names in found.items() if names}
