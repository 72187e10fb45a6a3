"""Cut vectors: the first numbers, of unit length, under a name of their own."""

from __future__ import annotations

import numpy as np
import pytest

from cineblend.errors import UserError
from cineblend.text.encoders.truncated import Truncated
from hash_encoder import HashEncoder, numbered


def test_the_first_numbers_are_kept_and_scaled() -> None:
    whole = HashEncoder(dimension=8).encode(numbered(5))
    cut = Truncated(HashEncoder(dimension=8), 3)
    vectors = cut.encode(numbered(5))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, whole[:, :3] / np.linalg.norm(whole[:, :3], axis=1, keepdims=True))
    assert (cut.dimension, cut.fingerprint) == (3, "hash cut=3")


@pytest.mark.parametrize("dimension", [0, -1, 9])
def test_what_cannot_be_kept_is_refused(dimension: int) -> None:
    with pytest.raises(UserError, match="1 to 8"):
        Truncated(HashEncoder(dimension=8), dimension)
