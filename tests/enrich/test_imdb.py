from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cineblend.enrich.imdb import read
from cineblend.enrich.source import Setting
from cineblend.enrich.tsv import pieces
from cineblend.errors import InputError
from cineblend.matching.catalogue import films_of
from cineblend.matching.join import join
from cineblend.matching.matcher import Matcher
from enrich_catalogues import catalogue, imdb_folder


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("numbered", [False, True])
def test_films_are_found_by_number_or_title(tmp_path: Path, packed: bool, numbered: bool):
    catalog = catalogue(numbered=numbered)
    table = read(imdb_folder(tmp_path, packed=packed), catalog, Setting())
    joined = join(Matcher(films_of(catalog)), table.films, len(catalog), table.pages)
    assert [table.pages[row] if row >= 0 else "" for row in joined.row] == [
        "tt0113277",
        "tt0110413",
        "tt0114709",
        "",
    ]
    content = table.content(joined.row[:2].tolist())
    assert content.people("director") == [["Michael Mann"], ["Luc Besson"]]
    assert content.people("cast") == [["Al Pacino", "Robert De Niro"], []]
    assert content.labels("aliases") == [["Fuego contra fuego"], ["Léon: The Professional"]]
    assert content.runtime.tolist() == [170, 110]


def test_the_first_table_is_enough(tmp_path: Path):
    imdb_folder(tmp_path, packed=False)
    for path in tmp_path.glob("*.tsv"):
        if path.name != "title.basics.tsv":
            path.unlink()
    table = read(tmp_path, catalogue(), Setting())
    assert table.content([0]).of(0).people == {}


def test_pieces_of_any_size_give_the_same_rows(tmp_path: Path):
    path = imdb_folder(tmp_path, packed=True) / "title.basics.tsv.gz"
    whole = [row for table in pieces(path, ("tconst", "primaryTitle")) for row in table.iter_rows()]
    for size in (1, 7, 64, 300):
        assert [
            row for table in pieces(path, ("tconst", "primaryTitle"), size) for row in table.iter_rows()
        ] == whole
    assert ("tt0114709", 'Toy "Story"') in whole


def test_a_cut_archive_is_named(tmp_path: Path):
    path = imdb_folder(tmp_path, packed=True) / "title.crew.tsv.gz"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(InputError, match=r"title\.crew.*damaged"):
        read(tmp_path, catalogue(), Setting())


@pytest.mark.parametrize(
    "text", [b"", b"not gzip at all", gzip.compress(b"a\tb\n1\t2\n")], ids=["empty", "text", "other"]
)
def test_another_file_is_refused(tmp_path: Path, text: bytes):
    (tmp_path / "title.basics.tsv.gz").write_bytes(text)
    with pytest.raises(InputError, match=r"title\.basics"):
        read(tmp_path, catalogue(), Setting())


def test_odd_lines_are_read(tmp_path: Path):
    path = imdb_folder(tmp_path, packed=False) / "title.basics.tsv"
    odd = (
        b"tt1\tmovie\nnonsense\n\xff\xfe\tmovie\tX\0Y\tX\t0\t1995\t\\N\tabc\tZ\textra\tmore\n"
        + b"x" * (1 << 20)
        + b"\n"
    )
    path.write_bytes(path.read_bytes() + odd)
    assert len(read(tmp_path, catalogue(), Setting()).films) == 3


def test_a_folder_without_tables_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"title\.basics"):
        read(tmp_path, catalogue(), Setting())
