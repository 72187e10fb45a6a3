"""Benchmark: what ten questions reveal of a taste, for chosen, most rated and random films.

Users of a dataset answer what they have rated of the films asked about. The model, fitted on all ratings,
lists films from the answers only; the figure is NDCG@10 of their other films rated 4 or more. The users are
in the training data for every way of asking, so only differences count. The films asked about are hidden from
all three lists, so figures compare within a line, not between lines.

    cineblend fit --data ml-latest-small --strategy ease --no-map --out model
    python benchmarks/questions.py model
"""

from __future__ import annotations

import sys

import numpy as np

from cineblend import Recommender, load
from cineblend.data.users import UserBatch

PEOPLE, LEAST_RATINGS, K, LIKED = 300, 60, 10, 4.0


def main(model: str, data: str = "ml-latest-small") -> None:
    """Print one line per number of questions."""
    recommender, ratings = Recommender.load(model), load(data).ratings
    rng = np.random.default_rng(0)
    people = rng.permutation(np.flatnonzero(ratings.user_counts >= LEAST_RATINGS))[:PEOPLE]
    everyone = UserBatch.known(ratings, people.astype(np.int32))
    films = recommender.films
    chosen = films.nums(item.item_id for item in recommender.questions({}, 20)).tolist()
    popular = films.by_popularity[:150].tolist()
    chance = rng.permutation(popular)[:20].tolist()
    for n in (5, 10, 20):
        hidden = {*chosen[:n], *popular[:n], *chance[:n]}
        figures = {
            name: ndcg(recommender, everyone, asked[:n], hidden)
            for name, asked in (("chosen", chosen), ("most rated", popular), ("by chance", chance))
        }
        print(n, " ".join(f"{name} {value:.3f}" for name, value in figures.items()))


def ndcg(recommender: Recommender, everyone: UserBatch, asked: list[int], hidden: set[int]) -> float:
    """Mean NDCG@10 over the users who like a film that is not hidden."""
    histories = [
        dict(zip(person.item_num.tolist(), person.value.tolist(), strict=True))
        for person in everyone.blocks(1)
    ]
    answers = [{num: rated[num] for num in asked if num in rated} for rated in histories]
    users = UserBatch.unseen(answers, everyone.n_items)
    scores = np.concatenate([recommender.fitted.model.score(block) for block in users.blocks(50)])
    silent = np.isnan(scores).all(axis=1)
    scores[silent] = np.log1p(recommender.films.n_ratings)
    scores = np.nan_to_num(scores, nan=-np.inf)
    scores[:, sorted(hidden)] = -np.inf
    listed = np.argsort(-scores, axis=1, kind="stable")[:, :K]
    gain = 1 / np.log2(np.arange(2, K + 2))
    found: list[float] = []
    for row, rated in zip(listed.tolist(), histories, strict=True):
        liked = {num for num, value in rated.items() if value >= LIKED and num not in hidden}
        if liked:
            hit = np.array([num in liked for num in row])
            found.append(float((hit * gain).sum() / gain[: min(K, len(liked))].sum()))
    return float(np.mean(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
