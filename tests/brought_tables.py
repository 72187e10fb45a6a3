"""Tables that people bring: the folders of tests/formats with their readings, and tables with errors."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

FORMATS = Path(__file__).parent / "formats"
READINGS: dict[str, dict[str, Any]] = json.loads((FORMATS / "readings.json").read_text())
HEAD = "user,item,rating\n"
BAD: dict[str, tuple[dict[str, str | bytes], str]] = {
    "rating-word": ({"ratings.csv": HEAD + "1,2,good\n"}, r"ratings.csv, line 2: rating is 'good'"),
    "rating-blank": ({"ratings.csv": HEAD + "1,2,\n"}, r"line 2: rating is missing"),
    "rating-nan": ({"ratings.csv": HEAD + "1,2,nan\n"}, r"line 2: rating is 'nan'"),
    "rating-infinite": ({"ratings.csv": HEAD + "1,2,inf\n"}, r"line 2: rating is 'inf'"),
    "user-blank": ({"ratings.csv": HEAD + "1,2,3\n,2,3\n"}, r"line 3: user is missing"),
    "item-blank": ({"ratings.csv": HEAD + "1,,3\n"}, r"line 2: item is missing"),
    "short-row": ({"ratings.csv": HEAD + "1,2,3\n1,2\n"}, r"line 3: the row has 2 values"),
    "long-row": ({"ratings.csv": HEAD + "1,2,3\n1,2,3,4,5\n"}, r"line 3: the row has 5 values"),
    "open-quote": ({"ratings.csv": HEAD + '1,"2,3\n1,2,3\n'}, r"ratings.csv, line \d: .*cannot be read"),
    "many": (
        {"ratings.csv": HEAD + "1,2,x\n1,3,y\n1,4,z\n1,5,w\n"},
        r"line 2: rating is 'x' \(also line 3: rating is 'y'; line 4: rating is 'z'; 4 bad rows in all\)",
    ),
    "time-word": ({"ratings.csv": "user,item,rating,time\n1,2,3,soon\n"}, r"line 2: time is 'soon'"),
    "time-thirteenth-month": (
        {"ratings.csv": "user,item,rating,time\n1,2,3,2024-13-01\n"},
        r"line 2: time is '2024-13-01'",
    ),
    "time-25-hours": (
        {"ratings.csv": "user,item,rating,time\n1,2,3,2024-01-01 25:00:00\n"},
        r"line 2: time is '2024-01-01 25:00:00'",
    ),
    "count-negative": ({"plays.csv": "user,item,plays\n1,2,-3\n"}, r"line 2: plays is '-3'"),
    "year-word": (
        {"ratings.csv": HEAD + "1,2,3\n", "items.csv": "item,title,year\n2,A,long ago\n"},
        r"items.csv, line 2: year is 'long ago'",
    ),
    "empty": ({"ratings.csv": ""}, r"ratings.csv: the file is empty"),
    "header-only": ({"ratings.csv": HEAD}, r"ratings.csv: the table has no ratings"),
    "items-header-only": ({"ratings.csv": HEAD + "1,2,3\n", "items.csv": "item,title\n"}, "has no items"),
    "no-user": ({"ratings.csv": "who,item,rating\nx,2,3\n"}, r"no column has a usual name for the user"),
    "no-item": ({"ratings.csv": "user,what,rating\nx,2,3\n"}, r"no column has a usual name for the item"),
    "two-users": (
        {"ratings.csv": "user,User,item,rating\n1,1,2,3\n"},
        "more than one column could be the user",
    ),
    "likely-rating": ({"ratings.csv": "user,item,points\n1,2,3\n1,3,4\n"}, r"--rating-column points"),
    "nothing": ({"README.md": "hello"}, r"neither ratings.csv nor ratings.parquet; it has no tables"),
    "two-files": (
        {"a.csv": HEAD + "1,2,3\n", "b.csv": HEAD + "1,2,3\n"},
        r"more than one file could hold the ratings: a.csv, b.csv",
    ),
    "binary": ({"ratings.csv": b"\x00\x01\x02\x00" * 50}, r"ratings.csv: the file is not text"),
    "no-parquet": ({"ratings.parquet": b"PAR1 no"}, r"ratings.parquet: the file cannot be read as Parquet"),
    "json-line": (
        {"ratings.jsonl": '{"user": 1, "item": 2, "rating": 3}\n{"user": 1,\n'},
        r"ratings.jsonl: line 2: the line is not JSON",
    ),
    "json-number": ({"ratings.jsonl": "3\n"}, r"ratings.jsonl, line 1: the line is no JSON object"),
    "json-rating": (
        {"ratings.jsonl": '{"user": 1, "item": 2, "rating": "bad"}\n'},
        r"ratings.jsonl: line 1: rating is 'bad'",
    ),
    "gzip-cut": (
        {"ratings.csv.gz": gzip.compress((HEAD + "1,2,3\n" * 999).encode())[:60]},
        r"ratings.csv.gz: the file is damaged",
    ),
    "gzip-bomb": (
        {"ratings.csv.gz": gzip.compress(bytes(10_000_000))},
        r"gz: .* expands to over",
    ),
    "gzip-row": (
        {"ratings.csv.gz": gzip.compress((HEAD + "1,2,x\n").encode())},
        r"ratings.csv, line 2: rating is 'x'",
    ),
    "zip-damaged": ({"world.zip": b"PK\x03\x04 no zip"}, r"world.zip: the archive is damaged"),
    "netflix-row": (
        {"combined_data_1.txt": "1:\n7,3,2005-09-06\n7,9,2005\n"},
        r"combined_data_1.txt, line 3: the row is '7,9,2005'",
    ),
    "dat-row": (
        {"ratings.dat": "1::2::x::5\n", "movies.dat": "2::A::Drama\n"},
        r"ratings.dat, line 1: rating is 'x'",
    ),
}


def write_bad(name: str, folder: Path) -> str:
    """Write the files of that error; gives the pattern of its message."""
    files, problem = BAD[name]
    for file, content in files.items():
        (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return problem
