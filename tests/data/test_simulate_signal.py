"""What recommenders can find in the simulated world: text and neighbours both tell of taste."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from cineblend.data.simulate import sample
from cineblend.data.split import Split, per_user


@pytest.fixture(scope="module")
def split() -> Split:
    return per_user(sample(), test_fraction=0.2, seed=42, min_ratings=5)


def recall_at_25(split: Split, scores: npt.NDArray[np.floating]) -> float:
    train, test = split.train.ratings, split.test
    scores = scores.copy()
    scores[train.user_num, train.item_num] = -np.inf
    liked = np.zeros(scores.shape, bool)
    liked[test.user_num, test.item_num] = test.value >= 4
    top = np.argsort(-scores, axis=1, kind="stable")[:, :25]
    hits, n_liked = np.take_along_axis(liked, top, axis=1).sum(axis=1), liked.sum(axis=1)
    return float((hits[n_liked > 0] / n_liked[n_liked > 0]).mean())


def popularity(split: Split) -> npt.NDArray[np.float64]:
    return np.tile(np.log1p(split.train.ratings.item_counts), (split.train.n_users, 1))


def content(split: Split, genres: bool = True, other_words: bool = True) -> npt.NDArray[np.float64]:
    """Cosine of each film's TF-IDF vector with the sum of those the user liked."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    catalog, tags = split.train.catalog, split.train.tags
    documents = [" ".join(names) if genres else "" for names in catalog.genres]
    if other_words:
        documents = [f"{title[:-7]} {text}" for title, text in zip(catalog.title, documents, strict=True)]
        for item, tag, held_out in zip(tags.item_num, tags.text, tags.held_out, strict=True):
            documents[item] += "" if held_out else f" {tag}"
    films = TfidfVectorizer(stop_words="english").fit_transform(documents).toarray()
    profile = (split.train.ratings.csr().toarray() >= 4) @ films
    return profile / np.maximum(np.linalg.norm(profile, axis=1, keepdims=True), 1e-9) @ films.T


def test_text_tells_of_taste(split: Split) -> None:
    chance = np.random.default_rng(0).random((split.train.n_users, split.train.n_items))
    assert recall_at_25(split, content(split)) > 3 * recall_at_25(split, chance)


def test_text_helps_popularity_beyond_genres(split: Split) -> None:
    floor = recall_at_25(split, popularity(split))
    by_genre = max(
        recall_at_25(split, popularity(split) + w * content(split, other_words=False)) for w in (1, 2, 4)
    )
    by_text = max(recall_at_25(split, popularity(split) + w * content(split)) for w in (1, 2, 4))
    assert by_text > 1.07 * floor
    assert by_text > by_genre + 0.005


def test_words_without_genres_tell_too(split: Split) -> None:
    floor = recall_at_25(split, popularity(split))
    assert recall_at_25(split, popularity(split) + 2 * content(split, genres=False)) > floor + 0.01


def test_neighbours_find_what_popularity_cannot(split: Split) -> None:
    # EASE (Steck 2019) by its dual: (G + aI)^-1 = (I - X'(XX' + aI)^-1 X) / a
    seen = (split.train.ratings.csr().toarray() > 0).astype(np.float64)
    strength = 200.0
    inner = np.linalg.solve(seen @ seen.T + strength * np.eye(len(seen)), seen)
    inverse = (np.eye(seen.shape[1]) - seen.T @ inner) / strength
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    assert recall_at_25(split, seen @ weights) > 1.25 * recall_at_25(split, popularity(split))
