"""Content: the table of what items are about, and how it is found in tables of your own."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.content import Content, Origin
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.table_columns import TableColumns
from cineblend.data.tables import read_tables, write_tables
from cineblend.errors import InputError

WIKI = Origin(
    "wiki", "Wikipedia", "CC BY-SA 4.0", "https://en.wikipedia.org", "https://en.wikipedia.org/wiki/{}"
)


def tables(folder: Path, items: str | pl.DataFrame) -> Dataset:
    (folder / "ratings.csv").write_text("user,item,rating\n1,1,5\n1,2,3\n2,1,4\n")
    if isinstance(items, str):
        (folder / "items.csv").write_text(items)
    else:
        items.write_parquet(folder / "items.parquet")
    return load(str(folder))


def test_usual_names_are_found_in_csv(tmp_path: Path):
    content = tables(
        tmp_path,
        "item,title,Overview,Directors,actors,keywords,original_language,Production Countries,"
        "Runtime (mins)\n"
        '1,Heat,"A crew of thieves, and a detective.",Michael Mann,"Al Pacino, Robert De Niro",'
        "heist|cops,en,US,170\n"
        "2,Ran,,Akira Kurosawa,,,ja,,2h 42m\n",
    ).catalog.content
    assert content.text("overview") == ["A crew of thieves, and a detective.", ""]
    assert content.people("director") == [["Michael Mann"], ["Akira Kurosawa"]]
    assert content.people("cast") == [["Al Pacino", "Robert De Niro"], []]
    assert content.labels("keywords") == [["heist", "cops"], []]
    assert content.labels("languages") == [["en"], ["ja"]]
    assert content.labels("countries") == [["US"], []]
    assert content.runtime.tolist() == [170, 162]
    assert content.known("text.overview").tolist() == [True, False]


@pytest.mark.parametrize(
    "cell",
    [
        "crime|war",
        "crime; war",
        "crime, war",
        '["crime", "war"]',
        "['crime', 'war']",
        "[crime, war]",
        '[{"id": 1, "name": "crime"}, {"id": 2, "name": "war"}]',
        "[{'id': 1, 'name': 'crime'}, {'name': 'war'}]",
        "crime|war|crime| |",
    ],
)
def test_lists_are_read_as_people_write_them(tmp_path: Path, cell: str):
    quoted = '"' + cell.replace('"', '""') + '"'
    catalog = tables(tmp_path, f"item,title,genres,keywords\n1,A,{quoted},{quoted}\n2,B,,\n").catalog
    assert catalog.genres == (("crime", "war"), ())
    assert catalog.content.labels("keywords") == [["crime", "war"], []]


def test_columns_can_be_named(tmp_path: Path):
    (tmp_path / "items.csv").write_text("item,name,blurb,maker,plot\n1,Cup,Holds tea.,Ann Lee,x\n2,Pot,,,\n")
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,1,5\n")
    named = TableColumns(texts=("blurb",), people=("maker",))
    content = read_tables(tmp_path, named).catalog.content
    assert content.texts == ("blurb",)
    assert content.roles == ("maker",)
    assert content.people("maker") == [["Ann Lee"], []]
    with pytest.raises(InputError, match="no column 'blurbs'"):
        read_tables(tmp_path, TableColumns(texts=("blurbs",)))


def test_a_wrong_runtime_names_its_line(tmp_path: Path):
    with pytest.raises(InputError, match=r"line 3.*runtime is 'long'"):
        tables(tmp_path, "item,title,runtime\n1,A,90\n2,B,long\n")


def test_two_columns_for_one_role_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match="more than one column could be director"):
        tables(tmp_path, "item,title,director,directed_by\n1,A,x,y\n2,B,x,y\n")


def test_written_tables_give_the_same_content(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "text.overview": ["\u202eA film\0 about <b>war</b>", None],
            "people.cast": [["Ann", "Bo"], []],
            "runtime": [90, None],
            "origin.text.overview": ["wiki", None],
            "page.wiki": ["Heat_(film)", None],
        }
    )
    (tmp_path / "in").mkdir()
    dataset = tables(tmp_path / "in", "item,title\n1,A\n2,B\n")
    object.__setattr__(dataset.catalog, "content", Content(frame, [WIKI]))
    write_tables(dataset, tmp_path / "out")
    again = read_tables(tmp_path / "out").catalog.content
    assert again.frame.equals(dataset.catalog.content.frame)
    assert again.origins == (WIKI,)
    item = again.of(0)
    assert item.texts == {"overview": "\u202eA film\0 about <b>war</b>"}
    assert item.origins == {"text.overview": "wiki"}
    assert item.pages == {"wiki": "Heat_(film)"}
    assert again.of(1).runtime is None


def test_filled_keeps_what_is_known_and_says_where_the_rest_is_from():
    mine = Content(
        pl.DataFrame({"text.overview": ["mine", None, None], "origin.text.overview": ["own", None, None]})
    )
    added = Content(
        pl.DataFrame(
            {
                "text.overview": ["theirs", "theirs", None],
                "keywords": [["a"], [], []],
                "origin.text.overview": ["wiki", "wiki", None],
                "origin.keywords": ["wiki", None, None],
            }
        ),
        [WIKI],
    )
    both = mine.filled(added)
    assert both.text("overview") == ["mine", "theirs", ""]
    assert both.of(0).origins == {"text.overview": "own", "keywords": "wiki"}
    assert both.of(1).origins == {"text.overview": "wiki"}
    assert both.of(2).origins == {}
    assert Content.none(3).filled(added).frame.equals(added.frame)


def test_rows_are_taken_and_appended():
    content = Content(pl.DataFrame({"keywords": [["a"], ["b"], ["c"]], "runtime": [1, 2, 3]}))
    taken = content.take(np.array([2, -1, 0]))
    assert taken.labels("keywords") == [["c"], [], ["a"]]
    longer = Content.none(2).followed_by(taken)
    assert len(longer) == 5
    assert longer.runtime.tolist() == [0, 0, 3, 0, 1]
    assert len(Content.none(2).followed_by(Content.none(1))) == 3


@pytest.mark.parametrize("name", ["plot", "people.", "text.", "n_ratings"])
def test_unknown_columns_are_refused(name: str):
    with pytest.raises(ValueError, match="no column of content"):
        Content(pl.DataFrame({name: ["x"]}))


WORDS = st.lists(
    st.text("ab ć漢|'\"", min_size=1, max_size=6).map(str.strip).filter(bool), max_size=4, unique=True
)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_json_lists_give_what_was_written(rows: list[list[str]]):
    from cineblend.data.lists import listed

    frame = pl.DataFrame({"cell": [json.dumps(row) for row in rows]})
    kind = listed("|", ",")
    assert frame.select(kind.typed(pl.col("cell"), pl.String())).to_series().to_list() == rows
