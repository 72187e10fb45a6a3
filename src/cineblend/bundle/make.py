"""Making: a strategy fitted on all of a dataset's ratings, with what an application needs beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from cineblend.bundle.fitted import FilmFacts, Fitted
from cineblend.bundle.map import MOST, lay_out
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset, Source
from cineblend.environment import environment
from cineblend.errors import InputError, NotAvailableError, UserError
from cineblend.models.shared.half_precision import rounded
from cineblend.models.similarity.item_similarity import ItemSimilarity, ItemSimilarityConfig
from cineblend.progress import bar
from cineblend.text.features import TextSpec

MAP_TEXT = TextSpec("tfidf")
"""What the map reads, whatever the strategy does: by words genres form countries, by meaning they mix."""
SIMILARITY = ItemSimilarityConfig()
"""How alike films are, whatever the strategy is: it reads words, and what else the strategy reads."""


def make(
    dataset: Dataset,
    strategy: Strategy,
    bench: Bench,
    *,
    results: Path | None = None,
    with_map: bool = True,
    with_similarity: bool = True,
    seed: int = 42,
) -> Fitted:
    """Fit a strategy on every rating, and gather what is known of each film.

    Args:
        dataset: what to learn from; no rating is held out.
        strategy: the row.
        bench: where models are fitted and texts encoded.
        results: a comparison's results.json, whose figures are shown beside the model.
        with_map: lay the catalogue out on a map.
        with_similarity: compare films with each other; without it the recommender says which are alike.
        seed: of the map.

    Raises:
        NotAvailableError: weights, hardware or a package that the strategy needs are not here.
        UserError: there is too little to learn from, or a film's id has a slash in it.
        InputError: ``results`` is no results.json.
    """
    require_addressable(dataset.catalog)
    figures = None if results is None else read_figures(results)
    with bar(f"fitting {strategy.name} on {len(dataset.ratings)} ratings", None):
        model = bench.fit(strategy.model, dataset)
    seconds = {"fit": round(bench.seconds(strategy.model, dataset), 3)}
    notes = [*strategy.notes, *bench.notes(strategy.model, dataset)]
    spec = _main_text(strategy)
    text = None if spec is None else bench.features(spec, dataset)
    if text is not None:
        text = replace(text, items=rounded(text.items))
    similarity, spot = None, None
    if with_similarity:
        with bar("comparing films with each other", None):
            similarity, note = _similarity(dataset, bench, spec)
        notes += note
    if with_map:
        with bar("laying out the map", None):
            spot, note = _spots(dataset, bench, seed)
        notes += note
    return Fitted(
        strategy=strategy.name,
        title=strategy.title,
        config=strategy.model,
        model=model,
        catalog=dataset.catalog,
        films=_facts(dataset, spot),
        scale=dataset.scale,
        text=text,
        similarity=similarity,
        made_from={
            "data": _data(dataset),
            "seed": seed,
            "seconds": seconds,
            "notes": list(dict.fromkeys(notes)),
            "environment": environment(),
        },
        figures=figures,
    )


def require_addressable(catalog: Catalog) -> None:
    """Check that every film has an address in the service, before anything is fitted.

    Raises:
        UserError: an id has a slash, which ends a part of an address.
    """
    for item_id in catalog.items.ids.tolist() if catalog.items.ids.dtype.kind == "U" else ():
        if "/" in item_id:
            raise UserError(
                f"the item id {item_id[:60]!r} has a slash in it",
                expected="ids that can be part of an address, such as /api/v1/items/ID",
                remedy="write another sign in its place in both tables",
            )


def read_figures(path: Path) -> Mapping[str, Any]:
    """What ``cineblend compare`` wrote to results.json.

    Raises:
        InputError: it is another file, or cannot be read.
    """
    try:
        said: Any = json.loads(path.read_bytes(), parse_constant=_no_number)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(path, f"is no JSON: {error}") from error
    known = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    if not isinstance(known.get("rows"), list) or "protocol" not in known:
        raise InputError(
            path,
            "has no rows of a comparison",
            expected="the results.json that cineblend compare wrote",
            remedy="name that file, or leave --results out",
        )
    return known


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _main_text(strategy: Strategy) -> TextSpec | None:
    """The text whose vectors stand for a film: an encoder's that knows words it was not fitted on, if any."""
    plain = [replace(spec, projection=None) for spec in _texts(strategy.model)]
    return next((spec for spec in plain if spec.encoder != "tfidf"), plain[0] if plain else None)


def _texts(value: Any) -> Iterator[TextSpec]:
    if isinstance(value, TextSpec):
        yield value
    elif isinstance(value, tuple):
        for one in cast("tuple[Any, ...]", value):
            yield from _texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def _similarity(dataset: Dataset, bench: Bench, read: TextSpec | None) -> tuple[ItemSimilarity, list[str]]:
    """How alike films are, and a note where it knows no words."""
    texts, notes = list(SIMILARITY.text), list[str]()
    try:
        for one in texts:
            bench.features(one, dataset)
    except UserError as error:
        texts = []
        notes.append(f"similar films know no words: {error.problem}")
    if read is not None and read not in texts and read.encoder != "tfidf":
        texts.append(read)
    return replace(SIMILARITY, text=tuple(texts)).build(bench).fit(dataset), notes


def _spots(dataset: Dataset, bench: Bench, seed: int) -> tuple[npt.NDArray[np.float32] | None, list[str]]:
    """The map, and a note where there is none or it lacks text."""
    notes: list[str] = []
    vectors = np.zeros((dataset.n_items, 0), np.float32)
    try:
        vectors = bench.features(MAP_TEXT, dataset).items
    except UserError as error:
        notes.append(f"the map knows no text: {error.problem}")
    if dataset.n_items > MOST:
        notes.append(f"the map shows the {MOST} most rated films")
    try:
        return lay_out(dataset, vectors, seed), notes
    except NotAvailableError as error:
        return None, [f"{error.problem} ({error.remedy})"]


def _facts(dataset: Dataset, spot: npt.NDArray[np.float32] | None) -> FilmFacts:
    ratings = dataset.ratings
    total = np.bincount(ratings.item_num, ratings.value.astype(np.float64), minlength=dataset.n_items)
    return film_facts(ratings.item_counts, total.astype(np.float64), spot)


def film_facts(
    count: npt.NDArray[np.int64],
    total: npt.NDArray[np.float64],
    spot: npt.NDArray[np.float32] | None = None,
) -> FilmFacts:
    """What is known of films of which each has ``count`` (n,) ratings that sum to ``total`` (n,)."""
    with np.errstate(invalid="ignore"):
        mean = (total / count).astype(np.float32)
    return FilmFacts(count.astype(np.int32), mean, spot)


def _data(dataset: Dataset) -> dict[str, Any]:
    counts = data_card(
        dataset.source,
        users=dataset.n_users,
        items=dataset.n_items,
        ratings=len(dataset.ratings),
        tags=len(dataset.tags),
    )
    return counts | {"ratings_sha256": dataset.ratings.fingerprint()}


def data_card(source: Source, *, users: int, items: int, ratings: int, tags: int) -> dict[str, Any]:
    """Where data came from, on what terms, and how much of it there was."""
    known = asdict(source)
    del known["location"]  # a path of the machine it was fitted on, which tells nobody else anything
    return known | {
        "users": users,
        "items": items,
        "ratings": ratings,
        "tags": tags,
    }
