"""Later: a kept model's encoder is opened on first use, and only if it is the very one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from cineblend.errors import NotAvailableError
from cineblend.models.state import plain, revive
from cineblend.text.document import documents
from cineblend.text.encoders.deferred import Later, encoded_once
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec
from cineblend.text.finetuning.finetune_config import FinetuneConfig
from cineblend.text.finetuning.projection import ProjectionConfig
from cineblend.text.prepare import prepare
from tiny_bert import save_tiny_bert
from worlds import checkerboard

NEW = ["space robot of the sea", "love in paris"]


def kept(features: TextFeatures) -> TextFeatures:
    return revive(plain(features))


@pytest.mark.parametrize("projection", [None, ProjectionConfig(dimension=4)])
def test_a_new_text_gets_the_vector_it_had_when_the_model_was_fitted(
    tiny_folder: Path, tmp_path: Path, projection: ProjectionConfig | None
) -> None:
    spec = TextSpec(str(tiny_folder), projection=projection)
    made = prepare(spec, checkerboard(), cache=tmp_path, device="cpu", on_note=lambda _: None)
    np.testing.assert_array_equal(kept(made).items, made.items)
    np.testing.assert_allclose(kept(made).encode(NEW), made.encode(NEW), rtol=1e-5, atol=1e-6)


def test_encoders_are_equal_where_they_make_the_same_vectors() -> None:
    """So that two views of one encoder, told apart by their documents, read a new text once."""

    def made_by(document: str, fingerprint: str) -> Later:
        spec = TextSpec("minilm", document=document)
        return Later(spec, fingerprint, lambda _: np.zeros((0, 0), np.float32))

    one, alike, other = made_by("facts", "a"), made_by("bare", "a"), made_by("facts", "b")
    assert (one == alike, one == other, hash(one) == hash(alike)) == (True, False, True)
    assert one != "a"


def test_a_text_is_encoded_once_for_all_encoders_of_one_fingerprint() -> None:
    read: list[str] = []

    def encode(texts: Sequence[str]) -> Embeddings:
        read.extend(texts)
        return np.array([[len(text), 1] for text in texts], np.float32).reshape(len(texts), 2)

    one, two, other = (Later(TextSpec("minilm"), fingerprint, encode) for fingerprint in "aab")
    with encoded_once():
        np.testing.assert_array_equal(one(["xx", "y", "xx", ""]), [[2, 1], [1, 1], [2, 1], [0, 0]])
        np.testing.assert_array_equal(two(["zzz", "y"]), [[3, 1], [1, 1]])
        assert two([]).shape == (0, 2)
        assert read == ["xx", "y", "", "zzz"]
        other(["y"])
        assert read[-1] == "y"
    two(["y"])
    assert read.count("y") == 3


def test_another_encoder_in_its_place_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    made = prepare(
        TextSpec(str(tiny_folder)), checkerboard(), cache=tmp_path, device="cpu", on_note=lambda _: None
    )
    assert isinstance(made.encode, Later)
    other = save_tiny_bert(tmp_path / "other", documents(checkerboard()), seed=1)
    with pytest.raises(NotAvailableError, match="which made the model's vectors"):
        revive(plain(Later(TextSpec(str(other)), made.encode.fingerprint, made.encode)))(NEW)


def test_weights_that_were_tuned_are_not_kept_and_that_is_said() -> None:
    later = Later(
        TextSpec("minilm", finetune=FinetuneConfig()), "tuned", lambda _: np.zeros((0, 0), np.float32)
    )
    with pytest.raises(NotAvailableError, match="lacks the tuned weights"):
        revive(plain(later))(NEW)
