from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.columns import column_names, read_columns
from cineblend.data.kinds import INTEGER, SECONDS, TEXT, TEXT_ID, YEAR, Field, labels, number
from cineblend.data.layout import Layout
from cineblend.errors import InputError, UserError

FIELDS = {"user": Field("u", INTEGER), "word": Field("w", TEXT), "rating": Field("r", number(0.5, 5.0))}


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "some.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def error_of(tmp_path: Path, content: str | bytes, layout: Layout | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        read_columns(written(tmp_path, content), FIELDS, layout or Layout())
    return caught.value


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_values_come_typed_and_in_order(tmp_path: Path, end: str, mark: str):
    rows = ["r,u,extra,w", '4.5,3,x,"a, ""b"""', " 1 , 2,,é"]
    table = read_columns(written(tmp_path, mark + end.join(rows) + end), FIELDS)
    assert table.frame.to_dict(as_series=False) == {
        "user": [3, 2],
        "word": ['a, "b"', "é"],
        "rating": [4.5, 1.0],
    }
    assert table.frame.schema == {"user": pl.Int64, "word": pl.String, "rating": pl.Float32}


def test_the_last_line_needs_no_end(tmp_path: Path):
    assert len(read_columns(written(tmp_path, "u,w,r\n1,a,1\n2,b,2"), FIELDS)) == 2


def test_blank_lines_are_skipped_and_counted(tmp_path: Path):
    table = read_columns(written(tmp_path, "u,w,r\n\n1,a,1\n\n\n2,b,2\n\n"), FIELDS)
    assert table.frame["user"].to_list() == [1, 2]
    assert [table.place(row) for row in range(2)] == ["line 3", "line 6"]


def test_a_header_alone_is_no_rows(tmp_path: Path):
    assert len(read_columns(written(tmp_path, "u,w,r\n"), FIELDS)) == 0


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("u,w,r\n1,a,1\nx7,a,1\n", 3, "u is 'x7'"),
        ("u,w,r\n1.0,a,1\n", 2, "u is '1.0'"),
        ("u,w,r\n9223372036854775808,a,1\n", 2, "u is '9223372036854775808'"),
        ("u,w,r\n1,a,1\n,a,1\n", 3, "u is missing"),
        ("u,w,r\n1,a,\n", 2, "r is missing"),
        ("u,w,r\n1,a,nan\n", 2, "r is 'nan'"),
        ("u,w,r\n1,a,inf\n", 2, "r is 'inf'"),
        ("u,w,r\n1,a,5.5\n", 2, "r is '5.5'"),
        ("u,w,r\n1,a,0.25\n", 2, "r is '0.25'"),
        ("u,w,r\n1,a,-1\n", 2, "r is '-1'"),
        ('u,w,r\n1,a,"3,5,1"\n', 2, "r is '3,5,1'"),
        ("u,w,r\n1,a,1\n1,a\n", 3, "the row has 2 values"),
        ("u,r,w\n1,1,a\n2,1\n", 3, "the row has 2 values"),
        ("u,w,r\n1,a,1,9\n", 2, "the row has 4 values"),
        ('u,w,r\n1,"a\nb\n\nc",1\n2,"\n",x\n', 6, "r is 'x'"),
        ("u,w,r\n\n1,a,1\n\n2,a,x\n", 5, "r is 'x'"),
        ('u,w,r\n1,a,1\n2,"a,1\n3,a,1\n', 2, "the row after this line cannot be read"),
        ('u,w,r\n1,"a"b,1\n', 1, "the row after this line cannot be read"),
    ],
)
def test_the_first_bad_line_is_named(tmp_path: Path, content: str, line: int, problem: str):
    error = error_of(tmp_path, content)
    assert error.line == line
    assert problem in str(error)


def test_the_error_says_what_a_value_should_be(tmp_path: Path):
    assert "a finite number from 0.5 up to 5" in str(error_of(tmp_path, "u,w,r\n1,a,7\n"))


def test_a_long_value_is_shown_in_part(tmp_path: Path):
    assert len(str(error_of(tmp_path, f"u,w,r\n{'x' * 5000},a,1\n"))) < 300


def test_latin_1_is_named_with_its_line_and_the_way_out(tmp_path: Path):
    error = error_of(tmp_path, "u,w,r\n1,a,1\n2,café,1\n".encode("latin-1"))
    assert error.line == 3
    assert "0xE9 is not UTF-8" in str(error)
    assert "iconv" in str(error)


def test_utf_16_is_not_utf_8(tmp_path: Path):
    assert error_of(tmp_path, "u,w,r\n1,a,1\n".encode("utf-16")).line == 1


def test_latin_1_that_is_meant_is_read(tmp_path: Path):
    path = written(tmp_path, "1::café::2\n3::b|c::4\n".encode("latin-1"))
    table = read_columns(path, FIELDS, Layout("::", None, "latin-1", ("u", "w", "r")))
    assert table.frame["word"].to_list() == ["café", "b|c"]
    assert table.place(1) == "line 2"


@pytest.mark.parametrize(("content", "line"), [("1::a::x\n", 1), ("1::a::1\n2::a\n", 2), ("1::a\n", 1)])
def test_a_file_without_header_counts_lines_from_its_first(tmp_path: Path, content: str, line: int):
    assert error_of(tmp_path, content, Layout("::", None, "latin-1", ("u", "w", "r"))).line == line


def test_a_long_separator_is_read_from_utf_8_too(tmp_path: Path):
    path = written(tmp_path, "\ufeffu::w::r\n1::é::2\n")
    assert read_columns(path, FIELDS, Layout("::")).frame.rows() == [(1, "é", 2.0)]
    assert error_of(tmp_path, b"u::w::r\n1::\xe9::2\n", Layout("::")).line == 2


@pytest.mark.parametrize("separator", ["", "\n", '"', ",\r"])
def test_what_cannot_separate_is_refused(separator: str):
    with pytest.raises(UserError, match="cannot separate"):
        Layout(separator)


def test_quotes_are_letters_where_nothing_is_quoted(tmp_path: Path):
    path = written(tmp_path, '1|"a|2\n')
    table = read_columns(path, FIELDS, Layout("|", None, "utf-8", ("u", "w", "r")))
    assert table.frame["word"].to_list() == ['"a']


def test_a_missing_column_lists_those_there_are(tmp_path: Path):
    assert "no column 'r'" in str(error_of(tmp_path, "u,w,stars\n1,a,1\n"))
    assert "u, w, stars" in str(error_of(tmp_path, "u,w,stars\n1,a,1\n"))


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path):
    assert "more than one column 'r'" in str(error_of(tmp_path, "u,w,r,r\n1,a,1,2\n"))


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n", "\r\n1,2,3\r\n"])
def test_a_file_without_header_line_is_refused(tmp_path: Path, content: str):
    assert any(word in str(error_of(tmp_path, content)) for word in ("is empty", "blank"))


def test_old_mac_line_ends_are_named(tmp_path: Path):
    assert "CR alone" in str(error_of(tmp_path, "u,w,r\r1,a,1\r"))


def test_no_file_and_a_folder_are_refused(tmp_path: Path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="no such file"):
            column_names(path)


def test_a_file_name_is_no_pattern(tmp_path: Path):
    path = tmp_path / "a[1]*.csv"
    path.write_text("u,w,r\n1,a,1\n")
    assert len(read_columns(path, FIELDS)) == 1


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


@given(
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), CELL, st.sampled_from([0.5, 3.25, 5.0]))), st.data()
)
def test_what_the_csv_module_writes_is_read_and_a_bad_row_is_named(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, float]], data: st.DataObject
):
    def text(some: list[tuple[int | str, str, float]]) -> str:
        buffer = io.StringIO()
        csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC).writerows([("u", "w", "r"), *some])
        return buffer.getvalue()

    folder = tmp_path_factory.mktemp("csv")
    table = read_columns(written(folder, text(list(rows))), FIELDS)
    assert table.frame.rows() == rows
    at = data.draw(st.integers(0, len(rows)))
    before = text(list(rows[:at]))
    reader = csv.reader(io.StringIO(before, newline=""))
    list(reader)
    error = error_of(folder, text([*rows[:at], ("bad", "x", 1.0), *rows[at:]]))
    assert error.line == reader.line_num + 1


@pytest.mark.parametrize(
    ("text", "year"),
    [("1975", 1975), ("2008.0", 2008), ("-750", -750), ("", None), (" ", None)],
)
def test_a_year_may_be_written_as_tables_write_it(tmp_path: Path, text: str, year: int | None):
    path = written(tmp_path, f"y,x\n{text},1\n")
    assert read_columns(path, {"year": Field("y", YEAR, optional=True)}).frame["year"].to_list() == [year]


@pytest.mark.parametrize("text", ["soon", "1975.5", "99999999999"])
def test_what_is_no_year_is_refused_though_it_may_be_missing(tmp_path: Path, text: str):
    path = written(tmp_path, f"y,x\n{text},1\n")
    with pytest.raises(InputError, match="line 2: y is"):
        read_columns(path, {"year": Field("y", YEAR, optional=True)})


def test_labels_are_cut_and_cleaned(tmp_path: Path):
    path = written(tmp_path, "g,x\nA| B ||C,1\n(no genres listed),1\n,1\n")
    table = read_columns(path, {"genres": Field("g", labels("|"))})
    assert table.frame["genres"].to_list() == [["A", "B", "C"], [], []]


def test_the_end_of_a_scale_is_in_it_whatever_its_float32(tmp_path: Path):
    path = written(tmp_path, "r,x\n0.1,1\n0.7,1\n")
    assert len(read_columns(path, {"rating": Field("r", number(0.1, 0.7))})) == 2


def test_an_overflow_of_float32_is_not_finite(tmp_path: Path):
    with pytest.raises(InputError, match="1e39"):
        read_columns(written(tmp_path, "r,x\n1e39,1\n"), {"rating": Field("r", number(None, None))})


def test_parquet_comes_typed(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "u": pl.Series([1, 2], dtype=pl.UInt16),
            "w": pl.Series(["a", None], dtype=pl.Categorical),
            "r": [1, 5],
            "t": [datetime(1970, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)],
            "y": [float("nan"), 1999.0],
            "g": [["A"], None],
        }
    )
    frame.write_parquet(tmp_path / "some.parquet")
    fields = FIELDS | {
        "time": Field("t", SECONDS),
        "year": Field("y", YEAR, optional=True),
        "genres": Field("g", labels("|")),
    }
    table = read_columns(tmp_path / "some.parquet", fields)
    assert table.frame.rows() == [(1, "a", 1.0, 86400, None, ["A"]), (2, "", 5.0, 7, 1999, [])]


@pytest.mark.parametrize(
    ("column", "values", "problem"),
    [
        ("u", [1, None], "row 2: u is missing"),
        ("u", [1.0, 2.5], "row 1: u is '1.0'"),
        ("u", ["1", "x"], "row 2: u is 'x'"),
        ("r", [1.0, float("nan")], "row 2: r is 'nan'"),
        ("r", [9.0, 9.0], "row 1: r is '9.0'"),
        ("u", [[1], [2]], "u"),
    ],
)
def test_a_bad_row_of_parquet_is_named(tmp_path: Path, column: str, values: list[object], problem: str):
    good = {"u": [1, 2], "w": ["a", "b"], "r": [1.0, 2.0]}
    pl.DataFrame(good | {column: values}).write_parquet(tmp_path / "some.parquet")
    with pytest.raises(InputError, match=problem):
        read_columns(tmp_path / "some.parquet", FIELDS)


@pytest.mark.parametrize("keep", [0, 3, 200])
def test_damaged_parquet_is_refused(tmp_path: Path, keep: int):
    pl.DataFrame({"u": [1], "w": ["a"], "r": [1.0]}).write_parquet(tmp_path / "whole.parquet")
    cut = (tmp_path / "whole.parquet").read_bytes()[:keep]
    (tmp_path / "some.parquet").write_bytes(cut)
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read_columns(tmp_path / "some.parquet", FIELDS)


def test_text_ids_may_not_be_blank_or_hold_nul(tmp_path: Path):
    fields = {"id": Field("i", TEXT_ID)}
    assert read_columns(written(tmp_path, "i,x\n a,1\n"), fields).frame["id"].to_list() == [" a"]
    for bad in ("", "  ", "a\0"):
        with pytest.raises(InputError, match="line 2"):
            read_columns(written(tmp_path, f"i,x\n{bad},1\n"), fields)
