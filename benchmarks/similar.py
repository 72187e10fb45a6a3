"""Benchmark: lists of similar films, judged by shared tags, by unseen users, and by series.

    python benchmarks/similar.py [--data ml-latest-small] [--out similar] [--no-minilm] [--choose]

Each row lists the ten items most similar to an item; every row chooses from the same items.

Tags: users' tags that five or more films have, except genres' names and tags that say nothing about a film.
A list is judged by the share of its films with a tag of the query ("tags"), and by those tags' summed
rarity, over the largest possible sum ("tags weighted"). Every tag that shares a word with a judged one is
removed from all texts, so that no row reads what it is judged by.

People: fitted on half of the users and judged on the other half. An item is a query if ten of that half like
it, and may be listed if five do. "given" is the share of those who like the query that like a listed film. It
rewards popularity: the list of the most rated films, the same for everyone, has the highest value. "lift" is
log2 of the number who like both over the number expected by chance, given how many films each of them likes,
with one pair added to both; it does not reward popularity, and is noisy for films that few like. "mutual",
between the two, is the number who like both over the root of the product of the numbers who like each.

Series: the share of a film's series, by titles, among the first ten. The model reads series too.

The model's hyper-parameters were chosen with --choose: users split by seeds 1 and 2, one half of the tags.
The report uses seeds 11 to 14 and the other half of the tags. Intervals are paired bootstraps over queries; a
film that is a query in several splits is drawn with all of them.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Tags
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.users import UserBatch
from cineblend.files import write_bytes
from cineblend.models.shared.grading import inputs
from cineblend.models.similarity.title_series import series
from cineblend.paths import cache_dir
from similar_rows import Likeness, chosen_from, rows_of

Numbers = npt.NDArray[np.float64]
Nums = npt.NDArray[np.intp]
K = 10
CHOOSING, REPORTING = (1, 2), (11, 12, 13, 14)
NOT_OF_THE_FILM = frozenset({"in netflix queue", "imdb top 250"})


def tag_table(dataset: Dataset, at_least: int = 5) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """The judged tags in alphabetical order, and (tags, n_items) which films have each."""
    by_tag: dict[str, set[int]] = {}
    for item, text in zip(dataset.tags.item_num.tolist(), dataset.tags.text, strict=True):
        by_tag.setdefault(text.lower().strip(), set()).add(item)
    genres = {genre.lower() for some in dataset.catalog.genres for genre in some}
    left_out = genres | NOT_OF_THE_FILM
    names = sorted(tag for tag, items in by_tag.items() if len(items) >= at_least and tag not in left_out)
    table = np.zeros((len(names), dataset.n_items), bool)
    for row, name in enumerate(names):
        table[row, list(by_tag[name])] = True
    return names, table


def without_tags(dataset: Dataset, judged: list[str]) -> Dataset:
    """The dataset without every tag that shares a word with a judged one."""
    tags = dataset.tags
    words = {word for tag in judged for word in re.findall(r"\w+", tag)}
    kept = np.array([words.isdisjoint(re.findall(r"\w+", text.lower())) for text in tags.text], bool)
    text = tuple(np.array(tags.text, object)[kept].tolist())
    return replace(dataset, tags=Tags(tags.user_num[kept], tags.item_num[kept], text, tags.held_out[kept]))


def lists(likeness: Numbers) -> Nums:
    """(n, K) the most similar of n items, without the item itself; ties go to the lower number."""
    likeness = np.nan_to_num(likeness, nan=-np.inf)
    np.fill_diagonal(likeness, -np.inf)
    return np.argsort(-likeness, axis=1, kind="stable")[:, :K]


def by_tags(listed: Nums, table: npt.NDArray[np.bool_]) -> dict[str, Numbers]:
    """(n,) the two measures of each item; NaN for one whose tags no other item has."""
    has = table.astype(np.float64)
    rarity = np.log(table.shape[1] / np.maximum(has.sum(axis=1), 1))
    worth = (has * rarity[:, None]).T @ has
    np.fill_diagonal(worth, 0)
    best = -np.sort(-worth, axis=1)[:, :K].sum(axis=1)
    found = np.take_along_axis(worth, listed, axis=1)
    known = best > 0
    share = np.where(known, (found > 0).mean(axis=1), np.nan)
    return {
        "tags": share,
        "tags weighted": np.where(known, found.sum(axis=1) / np.maximum(best, 1e-9), np.nan),
    }


def by_people(listed: Nums, likes: sp.csr_array) -> dict[str, Numbers]:
    """(n,) the three measures of each item; NaN for one with fewer than ten likes."""
    count = np.asarray(likes.sum(axis=0), np.float64)
    activity = np.asarray(likes.sum(axis=1), np.float64)
    together = (likes.T @ likes).toarray()
    chance = np.outer(likes.T @ activity / activity.sum(), count)
    both, expected = (np.take_along_axis(counts, listed, axis=1) for counts in (together, chance))
    own = count[:, None]
    found = {
        "given": both / np.maximum(own, 1),
        "mutual": both / np.sqrt(np.maximum(own * count[listed], 1)),
        "lift": np.log2((both + 1) / (expected + 1)),
    }
    return {name: np.where(count >= 10, value.mean(axis=1), np.nan) for name, value in found.items()}


def judged_by_people(
    dataset: Dataset, seed: int, rows: Callable[[Dataset, Nums], Likeness]
) -> Mapping[str, dict[str, Numbers]]:
    """Row to measure to (n_items,) values, fitted on half of the users."""
    half = np.random.default_rng(seed).permutation(dataset.n_users) < dataset.n_users // 2
    ratings = dataset.ratings
    mine = half[ratings.user_num]
    train = dataset.with_ratings(ratings.take(mine), ratings.take(~mine))
    likes = inputs(UserBatch.known(ratings.take(~mine)), "liked", dataset.scale.high)
    items = np.flatnonzero(np.asarray(likes.sum(axis=0)) >= 5)
    return {
        name: {
            label: spread(value, items, dataset.n_items)
            for label, value in by_people(lists(likeness), likes[:, items]).items()
        }
        for name, likeness in rows(train, items).items()
    }


def judged_by_tags(
    dataset: Dataset, table: npt.NDArray[np.bool_], rows: Callable[[Dataset, Nums], Likeness]
) -> Mapping[str, dict[str, Numbers]]:
    """Row to measure to (n_items,) values, fitted on all users."""
    items = np.flatnonzero(table.any(axis=0))
    return {
        name: {
            label: spread(value, items, dataset.n_items)
            for label, value in by_tags(lists(likeness), table[:, items]).items()
        }
        for name, likeness in rows(dataset, items).items()
    }


def judged_by_series(
    dataset: Dataset, rows: Callable[[Dataset, Nums], Likeness]
) -> Mapping[str, dict[str, Numbers]]:
    """Row to (n_items,) share of the other films of the series listed, of films with five ratings or more."""
    items = np.flatnonzero(dataset.ratings.item_counts >= 5)
    number = series(dataset.catalog.title)[items]
    same = (number[:, :1] == number[:, 0]) & (number[:, 1:] != number[:, 1]) & (number[:, 1] >= 0)
    most = np.minimum(same.sum(axis=1), K)
    found: dict[str, dict[str, Numbers]] = {}
    for name, likeness in rows(dataset, items).items():
        hits = np.take_along_axis(same, lists(likeness), axis=1).sum(axis=1)
        share = np.where(most > 0, hits / np.maximum(most, 1), np.nan)
        found[name] = {"series": spread(share, items, dataset.n_items)}
    return found


def spread(values: Numbers, items: Nums, n: int) -> Numbers:
    """(n,) values of items, NaN for the others."""
    found = np.full(n, np.nan)
    found[items] = values
    return found


def interval(difference: Numbers, seed: int = 0, draws: int = 2000) -> list[float]:
    """Mean and 95 % interval of (splits, n_items) values with NaN for missing ones; films are drawn."""
    kept = ~np.isnan(difference).all(axis=0)
    total, count = np.nansum(difference[:, kept], axis=0), (~np.isnan(difference[:, kept])).sum(axis=0)
    drawn = np.random.default_rng(seed).integers(0, kept.sum(), (draws, int(kept.sum())))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return [round(float(value), 4) for value in (total.sum() / count.sum(), low, high)]


def report(tables: list[Mapping[str, dict[str, Numbers]]]) -> dict[str, object]:
    """Means of every row, and intervals of the model's lead over each other row, per measure."""
    first = tables[0]
    found: dict[str, object] = {}
    for label in first["similarity"]:
        values = {name: np.stack([table[name][label] for table in tables]) for name in first}
        found[label] = {
            "queries": int((~np.isnan(values["similarity"])).sum()),
            "mean": {name: interval(value, draws=1)[0] for name, value in values.items()},
            "lead": {
                name: interval(values["similarity"] - value)
                for name, value in values.items()
                if not name.startswith("similarity")
            },
        }
    return found


def main() -> None:
    """Judge every row, print means and leads, and write them to a file."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--data", default="ml-latest-small")
    options.add_argument("--cache", type=Path, default=cache_dir())
    options.add_argument("--out", type=Path, default=Path("similar"))
    options.add_argument("--no-minilm", action="store_true", help="judge with TF-IDF as the only text")
    options.add_argument("--choose", action="store_true", help="judge other numbers of the model, too")
    asked = options.parse_args()
    whole = load(asked.data)
    names, table = tag_table(whole)
    dataset = without_tags(whole, names)
    mine = np.random.default_rng(0).permutation(len(names))
    mine = mine[: len(names) // 2] if asked.choose else mine[len(names) // 2 :]
    seeds = CHOOSING if asked.choose else REPORTING

    def rows(train: Dataset, items: Nums) -> Likeness:
        bench = Bench(cache=asked.cache)  # released with its models, which hold matrices of all items
        made = rows_of(train, items, bench, texts=("tfidf",) if asked.no_minilm else ("tfidf", "minilm"))
        return made | (chosen_from(train, items, bench, not asked.no_minilm) if asked.choose else {})

    found = {
        "data": asked.data,
        "seeds": list(seeds),
        "judged_tags": len(mine),
        **report([judged_by_tags(dataset, table[mine], rows)]),
        **report([judged_by_people(dataset, seed, rows) for seed in seeds]),
        **report([judged_by_series(dataset, rows)]),
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    write_bytes(asked.out / "similar.json", (json.dumps(found, indent=2) + "\n").encode())
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
