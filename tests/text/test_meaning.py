"""Meaning: vectors learned from a catalogue, with the same weights as scikit-learn's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from cineblend.text.encoders.tfidf import WORD, TfidfEncoder
from cineblend.text.meaning import learn_meaning
from worlds import checkerboard


def test_a_catalogue_without_common_words_has_no_dimension() -> None:
    catalog = checkerboard(3, 4).catalog
    bare = replace(catalog, title=("a", "b", "c", "d"), genres=((),) * 4)
    learned = learn_meaning(bare)
    assert learned.items.shape == (4, 0)
    assert learned.encode(["chess"]).shape == (1, 0)


def test_words_are_weighted_as_scikit_learn_weights_them() -> None:
    texts = ["a heist in Paris", "A HEIST, a heist; İstanbul ß", "", "naïve naïve Paris 1999", "unknown"]
    encoder = TfidfEncoder.fit(texts, min_df=1)
    theirs = TfidfVectorizer(sublinear_tf=True, token_pattern=WORD, vocabulary=list(encoder.words))
    theirs.idf_ = encoder.rarity
    expected = sp.csr_array(theirs.transform([*texts, "other"])).toarray().astype(np.float32)
    np.testing.assert_array_equal(encoder.encode([*texts, "other"]), expected)
