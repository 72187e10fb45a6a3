"""A bundle gives back what was written, holds nothing but data, and is replaced whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bundle_cases import PLAIN, SHARED
from cineblend.bundle import read as reading
from cineblend.bundle import write as writing
from cineblend.bundle.fitted import FilmFacts, Fitted
from cineblend.bundle.make import make
from cineblend.bundle.manifest import Manifest, read_manifest
from cineblend.bundle.read import read
from cineblend.bundle.state import Shelf, read_plain, write_plain
from cineblend.bundle.write import write
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError, InputError, UserError
from cineblend.files import write_bytes
from cineblend.ids import Vocabulary


def inside(bundle: Path) -> Path:
    return bundle / read_manifest(bundle).folder


def assert_same(kept: Fitted, made: Fitted, world: Dataset) -> None:
    known = UserBatch.known(world.ratings)
    for users in (known, UserBatch.unseen([{}, {0: 5.0, 3: 1.0}], world.n_items)):
        np.testing.assert_array_equal(kept.model.score(users), made.model.score(users))
        texts = ["space robot", "love wedding", "unheard of"]
        np.testing.assert_array_equal(
            kept.model.score_documents(users, texts), made.model.score_documents(users, texts)
        )


def test_what_is_read_is_what_was_written(bundle: Path, learned: Fitted, world: Dataset) -> None:
    kept = read(bundle)
    assert_same(kept, learned, world)
    assert (kept.strategy, kept.title, kept.config, kept.scale) == (
        learned.strategy,
        learned.title,
        learned.config,
        learned.scale,
    )
    np.testing.assert_array_equal(kept.catalog.items.ids, world.catalog.items.ids)
    assert (kept.catalog.title, kept.catalog.genres) == (world.catalog.title, world.catalog.genres)
    np.testing.assert_array_equal(kept.catalog.year, world.catalog.year)
    np.testing.assert_array_equal(kept.films.n_ratings, world.ratings.item_counts)
    rated = world.ratings.item_counts > 0
    assert np.isnan(kept.films.mean_rating[~rated]).all()
    assert np.isfinite(kept.films.mean_rating[rated]).all()
    assert kept.made_from == learned.made_from
    assert kept.text is not None
    assert learned.text is not None
    np.testing.assert_array_equal(kept.text.encode(["space robot"]), learned.text.encode(["space robot"]))


def test_arrays_stay_in_the_files_and_are_read_only(bundle: Path) -> None:
    kept = read(bundle)
    assert kept.text is not None
    assert not kept.text.items.flags.writeable
    assert not kept.text.items.flags.owndata


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (np.arange(20_000) % 300, "uint16"),
        (np.arange(20_000) - 5, "int16"),
        (np.arange(20_000, dtype=np.uint8), "uint8"),
        (np.arange(20_000) / 8, "float32"),
        (np.arange(20_000) % 100 / 8, "float16"),
        ((np.arange(20_000) % 100 / 8).astype(np.float32), "float16"),
        (np.where(np.arange(20_000) % 2, np.nan, 0.5), "float16"),
        (np.full(20_000, 1e5, np.float32), "float32"),
        (np.full(20_000, 0.1), "float64"),
        (np.arange(10), "int64"),
    ],
)
def test_an_array_is_written_in_the_smallest_type_that_holds_it(
    values: np.ndarray, written: str, tmp_path: Path
) -> None:
    said = write_plain(values, Shelf(tmp_path))
    (file,) = tmp_path.glob("arrays/*.npy")
    assert np.load(file).dtype == written
    back = read_plain(said, lambda name: memoryview((tmp_path / name).read_bytes()))
    assert back.dtype == values.dtype
    assert not back.flags.writeable
    np.testing.assert_array_equal(back, values)


@pytest.mark.parametrize("said", [{"dtype": "O"}, {"dtype": "<f8", "more": 1}, {"dtype": 8}, {"type": "<f8"}])
def test_an_array_read_as_nothing_known_is_refused(said: dict[str, Any], tmp_path: Path) -> None:
    digest = write_plain(np.arange(3), Shelf(tmp_path))["array"]
    with pytest.raises(ValueError, match="array"):
        read_plain({"array": digest, **said}, lambda name: memoryview((tmp_path / name).read_bytes()))


def test_the_version_names_the_bytes(bundle: Path, learned: Fitted, plain: Fitted, tmp_path: Path) -> None:
    version = read(bundle).version
    assert len(version) == 16
    assert read(bundle).version == version
    assert write(plain, tmp_path / "other").version != version


def test_what_two_parts_share_is_kept_once(world: Dataset, plain: Fitted, tmp_path: Path) -> None:
    twice = write(make(world, SHARED, Bench(), with_map=False), tmp_path / "twice")
    write(plain, tmp_path / "once")
    arrays = [len(list((inside(tmp_path / name) / "arrays").iterdir())) for name in ("twice", "once")]
    assert arrays[0] <= arrays[1] + 1  # which films the blend's parts are scaled over
    assert_same(read(tmp_path / "twice"), twice, world)


def test_ids_of_text_odd_titles_and_a_map_come_back(plain: Fitted, tmp_path: Path) -> None:
    n = len(plain.catalog)
    titles = ("<script>alert(1)</script>", "", "\u202eright to left", *plain.catalog.title[3:])
    catalog = replace(
        plain.catalog, items=Vocabulary(np.array([f"film/{i}" for i in range(n)])), title=titles
    )
    spot = np.linspace(0, 1, 2 * n, dtype=np.float32).reshape(n, 2)
    spot[5] = np.nan
    films = replace(plain.films, spot=spot)
    write(replace(plain, catalog=catalog, films=films), tmp_path / "model")
    kept = read(tmp_path / "model")
    assert kept.catalog.items.ids.tolist() == catalog.items.ids.tolist()
    assert kept.catalog.title == titles
    assert isinstance(kept.films, FilmFacts)
    np.testing.assert_array_equal(kept.films.spot, spot)


def test_a_bundle_holds_nothing_but_data(bundle: Path) -> None:
    endings = {path.suffix for path in bundle.rglob("*") if path.is_file()} - {""}
    assert endings == {".json", ".npy", ".txt", ".parquet"}
    for path in bundle.rglob("*.npy"):
        np.load(path, allow_pickle=False)


def test_a_new_bundle_takes_the_old_ones_place_and_leaves_nothing_of_it(
    bundle: Path, plain: Fitted, world: Dataset
) -> None:
    before = read(bundle)
    assert before.text is not None
    (bundle / "files-0123456789abcdef").mkdir()  # what a killed writing left
    (bundle / ".manifest.json.x.tmp.json").write_text("{")
    write(plain, bundle)
    assert_same(read(bundle), plain, world)
    assert {path.name for path in bundle.iterdir()} == {".lock", "manifest.json", inside(bundle).name}
    assert np.isfinite(before.text.items).all()  # what was read before is still there to its reader


@pytest.mark.parametrize("blow", [KeyboardInterrupt(), OSError(5, "Input/output error")])
@pytest.mark.parametrize("late", [False, True])
def test_an_interruption_around_the_one_step_leaves_a_whole_bundle(
    bundle: Path,
    plain: Fitted,
    learned: Fitted,
    monkeypatch: pytest.MonkeyPatch,
    blow: BaseException,
    late: bool,
) -> None:
    def interrupted(target: Path, content: bytes) -> None:
        if late:
            write_bytes(target, content)
        raise blow

    monkeypatch.setattr(writing, "write_bytes", interrupted)
    with pytest.raises((KeyboardInterrupt, CineblendError)):
        write(plain, bundle)
    assert read(bundle).strategy == (plain if late else learned).strategy


def test_a_reader_that_is_overtaken_reads_the_new_bundle(
    bundle: Path, plain: Fitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = reading._verified
    overtaken: list[str] = []

    def slow(folder: Path, manifest: Manifest) -> Mapping[str, memoryview]:
        if not overtaken:
            overtaken.append(write(plain, folder).version)
        return verified(folder, manifest)

    monkeypatch.setattr(reading, "_verified", slow)
    assert read(bundle).version == overtaken[0]


def test_a_folder_of_something_else_is_left_alone(plain: Fitted, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("dear")
    with pytest.raises(UserError, match=r"thesis\.tex, which is not part of a model"):
        write(plain, tmp_path)
    with pytest.raises(UserError, match="is a file"):
        write(plain, tmp_path / "thesis.tex")


def test_what_is_no_bundle_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cineblend fit"):
        read(tmp_path / "nowhere")


def test_a_model_that_was_kept_learns_no_more(bundle: Path, world: Dataset) -> None:
    with pytest.raises(Exception, match="fit a new one"):
        read(bundle).model.fit(world)


def test_reading_imports_no_more_than_it_needs(bundle: Path) -> None:
    heavy = ("torch", "cornac", "implicit", "lightgbm", "sklearn", "sentence_transformers", "matplotlib")
    code = f"""
import json, sys
from pathlib import Path
from typing import Any
from cineblend.bundle.read import read
from cineblend.data.users import UserBatch
kept = read(Path({str(bundle)!r}))
kept.model.score(UserBatch.unseen([{{0: 5.0}}], len(kept.catalog)))
print(json.dumps([name for name in {heavy} if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_an_id_that_cannot_be_part_of_an_address_is_refused_before_anything_is_fitted(world: Dataset) -> None:
    ids = np.array([f"film {n}" for n in range(world.n_items - 1)] + ["a/b"])
    named = replace(world, catalog=replace(world.catalog, items=Vocabulary(ids)))
    with pytest.raises(UserError, match="'a/b' contains a slash"):
        make(named, PLAIN, Bench(), with_map=False)
