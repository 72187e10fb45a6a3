from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cineblend.errors import UserError
from cineblend.models.popularity import PopularityConfig
from cineblend.service.exports.media_server import MOST_FILES
from cineblend.service.exports.reading import read
from cineblend.service.exports.rows import LARGEST
from cineblend.service.recommender import Recommender
from fitted_worlds import fit, named

TITLES = [
    "Toy Story (1995)",
    "Matrix, The (1999)",
    "Misérables, Les (1995)",
    "Misérables, Les (2012)",
    "Crash (1996)",
    "Crash (1996)",
    "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
    "Schindler's List (1993)",
    "Heat (1995)",
    "Nobody Knows When",
    "12 Angry Men (1957)",
]


@pytest.fixture(scope="module")
def model() -> Recommender:
    return Recommender(fit(named(TITLES), PopularityConfig()))


def csv(header: str, *rows: str, end: str = "\n") -> bytes:
    return (end.join([header, *rows]) + end).encode()


LETTERBOXD = "Date,Name,Year,Letterboxd URI,Rating"
IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors"
)


def letterboxd(*films: str) -> bytes:
    return csv(LETTERBOXD, *(f"2020-01-0{n % 9 + 1},{film}" for n, film in enumerate(films)))


def test_letterboxd_is_matched_by_title_and_year(model: Recommender) -> None:
    done = model.read_export(
        letterboxd("The Matrix,1999,u,4.5", "Les Miserables,2012,u,3", "La cité des enfants perdus,1995,u,5")
    )
    assert done.kind == "letterboxd"
    assert done.ratings == {200: 4.5, 400: 3.0, 700: 5.0}
    assert done.timestamps[200] == 1577836800
    assert [*done.ambiguous, *done.not_found, *done.skipped] == []


@pytest.mark.parametrize(
    "film",
    [
        "MATRIX,1999,u,4",
        "The Matrix,2000,u,4",
        "The Matirx,1999,u,4",
        '"Matrix, The",1998,u,4',
        "Thé Mátrix,1999,u,4",
    ],
)
def test_a_title_is_known_in_spite_of_how_it_is_written(model: Recommender, film: str) -> None:
    done = model.read_export(letterboxd(film))
    found = [one.item.item_id for one in done.matched] + [one.candidates[0].item_id for one in done.ambiguous]
    assert found == [200]


USUAL = {
    "Star Wars,1977": "Star Wars: Episode IV - A New Hope (1977)",
    "The Empire Strikes Back,1980": "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "Return of the Jedi,1983": "Star Wars: Episode VI - Return of the Jedi (1983)",
    "Interview with the Vampire,1994": "Interview with the Vampire: The Vampire Chronicles (1994)",
    "Life of Brian,1979": "Monty Python's Life of Brian (1979)",
    "X2,2003": "X2: X-Men United (2003)",
    "The X Files,1998": "X-Files: Fight the Future, The (1998)",
    "Romeo + Juliet,1996": "William Shakespeare's Romeo + Juliet (1996)",
    "Gone in Sixty Seconds,2000": "Gone in 60 Seconds (2000)",
    "Oldboy,2003": "Old Boy (2003)",
}


def test_every_film_is_found_under_its_usual_name() -> None:
    others = ["Oldboy (2013)", "Gone in 60 Seconds (1974)", "Romeo and Juliet (1968)"]
    model = Recommender(fit(named([*USUAL.values(), *others]), PopularityConfig()))
    done = model.read_export(letterboxd(*(f"{film},u,4" for film in USUAL)))
    assert [one.item.item_id for one in done.matched] == [100 * n for n in range(1, len(USUAL) + 1)]
    assert [*done.ambiguous, *done.not_found, *done.skipped] == []


def test_a_sequel_is_never_taken_for_the_first_film() -> None:
    first = ["Cruel Intentions (1999)", "Grave Encounters (2011)", "Ju-on: The Grudge (2002)"]
    like = [
        "Kizumonogatari Part 1: Tekketsu (2016)",
        "Awakenings (1990)",
        "The Circle (2016)",
        "Captive, The (2014)",
    ]
    model = Recommender(fit(named([*first, *like, "Silence (2016)"]), PopularityConfig()))
    done = model.read_export(
        letterboxd(
            *(
                "Cruel Intentions 2,2000,u,0.5",
                "Grave Encounters 2,2012,u,0.5",
                "Ju-on: The Grudge 2,2003,u,0.5",
            ),
            *("Kizumonogatari Part 2: Nekketsu,2016,u,5", "The Silenced,2015,u,4", "The Awakening,1990,u,4"),
            *("Circle,2015,u,4", "Captive,2015,u,4"),
        )
    )
    assert done.matched == ()
    assert len(done.not_found) + len(done.ambiguous) == 8
    assert [one.title for one in done.not_found][:3] == [
        "Cruel Intentions 2",
        "Grave Encounters 2",
        "Ju-on: The Grudge 2",
    ]


def test_what_may_be_two_films_is_ambiguous(model: Recommender) -> None:
    done = model.read_export(letterboxd("Crash,1996,u,4"))
    assert [sorted(item.item_id for item in one.candidates) for one in done.ambiguous] == [[500, 600]]
    assert done.ambiguous[0].row == 2
    assert not done.matched


def test_a_film_of_another_time_is_not_found(model: Recommender) -> None:
    done = model.read_export(letterboxd("Heat,1972,u,4", "The Matrix,2003,u,4", "Never Made,1995,u,1"))
    assert [one.title for one in done.not_found] == ["Heat", "The Matrix", "Never Made"]
    assert [*done.matched, *done.ambiguous] == []


def test_a_bad_rating_is_skipped_with_the_column_and_the_reason(model: Recommender) -> None:
    done = model.read_export(
        letterboxd(
            "The Matrix,1999,u,4",
            "Heat,1995,u,NaN",
            "Heat,1995,u,inf",
            "Heat,1995,u,99",
            "Heat,1995,u,-1",
            ",1995,u,3",
        )
    )
    assert list(done.ratings) == [200]
    assert [one.row for one in done.skipped] == [3, 4, 5, 6, 7]
    assert done.skipped[0].reason == "column Rating: 'NaN' is not a rating up to 5"
    assert done.skipped[4].reason == "column Name: no title"


def test_a_film_rated_twice_keeps_the_later_rating(model: Recommender) -> None:
    done = model.read_export(
        csv(LETTERBOXD, "2021-01-01,Heat,1995,u,5", "2019-01-01,Heat,1995,u,1", "2021-06-01,Heat,1995,u,4")
    )
    assert done.ratings == {900: 4.0}
    assert [one.row for one in done.skipped] == [2, 3]


def test_imdb_is_halved_joined_by_number_and_without_series(model: Recommender) -> None:
    tail = ",u,{kind},8.0,136,{year},Action,1,1999-03-31,X"
    film = tail.format(kind="Movie", year=1999)
    done = model.read_export(
        csv(
            IMDB,
            f"tt0000002,9,2020-05-01,Whatever It Says,Orig{film}",
            f'tt0000007,10,2020-05-01,"A title, with commas",Orig{film}',
            f"tt0000001,3,2020-05-01,A Series,Orig{tail.format(kind='TV Series', year=1999)}",
            f"tt0099999,8,2020-05-01,Heat,Orig{tail.format(kind='Movie', year=1995)}",
        )
    )
    assert done.kind == "imdb"
    assert done.ratings == {200: 4.5, 700: 5.0}
    assert done.skipped[0].reason == "not a film: tv series"
    assert [one.title for one in done.not_found] == ["Heat"]  # its number says it is another Heat


def test_imdb_of_older_times_lacks_a_column(model: Recommender) -> None:
    header = IMDB.replace("Original Title,", "")
    row = "tt0000002,7,2010-01-01,The Matrix,u,movie,8.0,136,1999,Action,1,1999-03-31,X"
    assert model.read_export(csv(header, row)).ratings == {200: 3.5}


def test_movielens_both_ways(model: Recommender) -> None:
    short = model.read_export(
        csv("userId,movieId,rating,timestamp", "7,200,4.5,1577836800", "7,999999,1.0,5")
    )
    assert (short.kind, short.ratings, short.timestamps) == ("movielens", {200: 4.5}, {200: 1577836800})
    assert len(short.not_found) == 1
    site = csv(
        "movie_id,imdb_id,tmdb_id,rating,average_rating,title", '200,0000002,4,3.5,4.1,"Matrix, The (1999)"'
    )
    assert model.read_export(site).ratings == {200: 3.5}


def test_byte_order_marks_line_ends_and_capitals_do_not_matter(model: Recommender) -> None:
    plain = csv("DATE,NAME,YEAR,LETTERBOXD URI,RATING", "2020-01-01,Heat,1995,u,4", "", end="\r\n")
    assert model.read_export(b"\xef\xbb\xbf" + plain).ratings == {900: 4.0}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04abc", "zip"),
        (b"Name,Year,Rating\nHe\0at,1995,4\n", "zero bytes"),
        (b"a,b,c\n1,2,3\n", "not those of a known export"),
        (b",".join(b"c%d" % n for n in range(5000)) + b"\n", "5000 columns"),
        (b"Name,Year,Rating,Rating\n", "two columns"),
        (b"userId,movieId,rating,timestamp\n1,2,3,4\n2,2,3,4\n", "several people"),
        (b'Name,Year,Rating\n"' + b"x" * 200_000 + b'",1995,4\n', "not CSV"),
        (b"x" * (LARGEST + 1), "MiB"),
        (b"Name,Year,Rating\n" + b"a,1995,4\n" * 100_001, "more than 100000 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_export_is_refused_with_the_reason(content: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(content)


@given(st.binary(max_size=300))
@example(b'Name,Year,Rating\n1\n"\n')
@example(b"Const,Your Rating\ntt99999999999999999999,5\n")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(UserError):
        assert read(content).kind in ("letterboxd", "imdb", "movielens")


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=6))
def test_any_table_is_accounted_for_row_by_row(model: Recommender, rows: list[list[str]]) -> None:
    import csv as writer
    import io

    text = io.StringIO()
    table = writer.writer(text)
    table.writerow(["Name", "Year", "Rating"])
    table.writerows(rows)
    try:
        done = model.read_export(text.getvalue().encode("utf-8", "surrogatepass"))
    except UserError:
        return
    lines = [one.row for one in (*done.matched, *done.ambiguous)]
    lines += [one.row for one in (*done.not_found, *done.skipped)]
    full = [n for n, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    assert sorted(lines) == sorted(set(lines))
    assert len(lines) == len(full)


def zipped(files: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../ratings.csv": f"{LETTERBOXD}\n"}, "unsafe path"),
        ({"/ratings.csv": f"{LETTERBOXD}\n"}, "unsafe path"),
        ({"ratings.csv": b"0" * 20_000_000}, "expands"),
        ({f"{n}.csv": b"" for n in range(MOST_FILES + 1)}, f"{MOST_FILES} members"),
        ({"inner.zip": b"PK"}, "archive itself"),
        ({}, "no file that is an export"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_zip_that_is_no_export_is_refused(files: dict[str, bytes | str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(zipped(files))


def test_a_choice_goes_before_the_matcher(model: Recommender) -> None:
    content = letterboxd("Crash,1996,u,4", "Never Made,1995,u,1")
    done = model.read_export(content, choices={"Crash (1996)": 600, "never made (1995)": 900})
    assert done.ratings == {600: 4.0, 900: 1.0}
    for wrong in ({"Crash": 600}, {"Crash (1996)": 77}):
        with pytest.raises(UserError, match=r"no row|no film"):
            model.read_export(content, choices=wrong)


def test_likes_count_as_four_stars_where_they_are_asked_for(model: Recommender) -> None:
    done = model.read_export(csv("Date,Name,Year,Letterboxd URI", "2020-01-01,Heat,1995,u"), "likes.csv")
    assert (done.ratings, done.likes_rated, done.unrated["liked"]) == ({}, {900: 4.0}, (900,))
