"""TF-IDF: the encoder contract, and words that mean the same direction."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from cineblend.errors import UserError
from cineblend.text.encoders.tfidf import TfidfEncoder

SPACE = [f"space robot laser ship{i % 7} Sci-Fi" for i in range(40)]
LOVE = [f"love wedding paris kiss{i % 5} Romance" for i in range(40)]


def test_rows_are_unit_length_or_zero_and_of_the_stated_dimension() -> None:
    encoder = TfidfEncoder.fit(SPACE + LOVE, n_components=8)
    vectors = encoder.encode([*SPACE, "", "unheard words", "LASER"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(SPACE) + 3, encoder.dimension) == (43, 8)
    np.testing.assert_allclose(np.linalg.norm(vectors[:40], axis=1), 1, rtol=1e-6)
    assert not vectors[40:42].any()
    assert vectors[42].any()


def test_without_reduction_it_is_plain_tfidf() -> None:
    documents = SPACE + LOVE
    encoder = TfidfEncoder.fit(documents, n_components=1000)
    plain = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(documents).toarray()
    np.testing.assert_allclose(encoder.encode(documents), plain, atol=1e-6)


def test_reduction_keeps_like_near_like() -> None:
    encoder = TfidfEncoder.fit(SPACE + LOVE, n_components=4)
    space, love = encoder.encode(SPACE), encoder.encode(LOVE)
    assert (space @ space.T).min() > 0.8
    assert np.abs(space @ love.T).max() < 0.2


def test_equal_documents_give_equal_vectors_and_fingerprints() -> None:
    one, other = (TfidfEncoder.fit(SPACE + LOVE, n_components=8) for _ in range(2))
    assert one.fingerprint == other.fingerprint
    np.testing.assert_array_equal(one.encode(LOVE), other.encode(LOVE))
    prints = {
        one.fingerprint,
        TfidfEncoder.fit(SPACE, n_components=8).fingerprint,
        TfidfEncoder.fit(SPACE + LOVE, n_components=9).fingerprint,
        TfidfEncoder.fit(SPACE + LOVE, n_components=8, seed=1).fingerprint,
    }
    assert len(prints) == 4


def test_a_text_does_not_depend_on_the_others() -> None:
    encoder = TfidfEncoder.fit(SPACE + LOVE, n_components=8)
    np.testing.assert_allclose(encoder.encode(LOVE)[7], encoder.encode([LOVE[7]])[0], atol=1e-6)
    assert encoder.encode([]).shape == (0, 8)


def test_titles_of_one_letter_count() -> None:
    encoder = TfidfEncoder.fit(["M", "M Z", "Z", "M"])
    assert encoder.dimension == 2


@pytest.mark.parametrize("documents", [[], ["all", "words", "differ"], ["", ""]])
def test_no_common_words_is_an_error_that_says_so(documents: list[str]) -> None:
    with pytest.raises(UserError, match=f"{len(documents)} documents"):
        TfidfEncoder.fit(documents)
