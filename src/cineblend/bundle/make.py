"""Make: a strategy fitted on all of a dataset's ratings, with everything an application needs beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from cineblend.bundle.fitted import FilmFacts, Fitted
from cineblend.bundle.map import MOST, lay_out
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.workbench import Bench
from cineblend.constants import SEED
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset, Source
from cineblend.environment import environment
from cineblend.errors import InputError, NotAvailableError, UserError
from cineblend.models.base import ModelConfig
from cineblend.models.shared.half_precision import rounded
from cineblend.models.similarity.item_similarity import ItemSimilarity, ItemSimilarityConfig
from cineblend.models.stars import Stars
from cineblend.models.walk import walk
from cineblend.progress import bar
from cineblend.text.encoders.tfidf import TfidfEncoder
from cineblend.text.features import TextFeatures, TextSpec
from cineblend.text.meaning import learn_meaning

MAP_TEXT = TextSpec("tfidf")
"""The map's text for every strategy: word vectors separate the genres, embeddings mix them."""
SIMILARITY = ItemSimilarityConfig()
"""The similarity model for every strategy: it reads words, and the texts that the strategy reads."""
_LONG_TEXTS = TextSpec("tfidf", "texts")
_WEIGHT_WITH_LONG_TEXTS = 1.0
"""``text_weight`` where films have long texts; chosen by ``benchmarks/similar.py --choose``."""


def make(
    dataset: Dataset,
    strategy: Strategy,
    bench: Bench,
    *,
    results: Path | None = None,
    with_map: bool = True,
    with_similarity: bool = True,
    seed: int = SEED,
) -> Fitted:
    """Fit a strategy on every rating and gather the facts about each film.

    Args:
        dataset: the training data; no rating is held out.
        strategy: the strategy.
        bench: fits models and encodes texts.
        results: a comparison's results.json, whose figures are shown beside the model.
        with_map: whether to make a map of the catalogue.
        with_similarity: whether to compute similar films; without it the recommender is used instead.
        seed: seeds the map.

    Raises:
        NotAvailableError: weights, hardware or a package of the strategy are missing.
        UserError: there is too little data, or a film's id contains a slash.
        InputError: ``results`` is not a results.json.
    """
    require_addressable(dataset.catalog)
    figures = None if results is None else read_figures(results)
    with bar(f"fitting {strategy.name} on {len(dataset.ratings)} {dataset.rows_called}", None):
        model = bench.fit(strategy.model, dataset)
    seconds = {"fit": round(bench.seconds(strategy.model, dataset), 3)}
    notes = [*strategy.notes, *bench.notes(strategy.model, dataset)]
    spec = main_text(strategy.model)
    text = None if spec is None else bench.features(spec, dataset)
    if text is not None:
        # Where ids stand for titles, no explanation may speak of a description.
        text = replace(text, items=rounded(text.items)) if _has_text(dataset) else None
    similarity, spot = None, None
    if with_similarity:
        with bar(f"computing similar {dataset.noun.many}", None):
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
        stars=Stars.fit(dataset, seed),
        meaning=_meaning(dataset.catalog),
        made_from={
            "data": _data(dataset),
            "seed": seed,
            "seconds": seconds,
            "notes": list(dict.fromkeys(notes)),
            "environment": environment(),
        },
        figures=figures,
        noun=dataset.noun,
    )


def require_addressable(catalog: Catalog) -> None:
    """Check, before anything is fitted, that every film can have an address in the service.

    Raises:
        UserError: an id contains a slash, which ends a part of an address.
    """
    for item_id in catalog.items.ids.tolist() if catalog.items.ids.dtype.kind == "U" else ():
        if "/" in item_id:
            raise UserError(
                f"the item id {item_id[:60]!r} contains a slash",
                expected="ids that can be part of an address, such as /api/v1/items/ID",
                remedy="replace the slash in both tables",
            )


def read_figures(path: Path) -> Mapping[str, Any]:
    """Read the results.json that ``cineblend compare`` wrote.

    Raises:
        InputError: it is another file, or cannot be read.
    """
    try:
        said: Any = json.loads(path.read_bytes(), parse_constant=_no_number)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(path, f"is not JSON: {error}") from error
    known = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    if not isinstance(known.get("rows"), list) or "protocol" not in known:
        raise InputError(
            path,
            "has no rows of a comparison",
            expected="the results.json that cineblend compare wrote",
            remedy="give that file, or leave --results out",
        )
    return known


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")


def main_text(config: ModelConfig) -> TextSpec | None:
    """The text whose vectors stand for a film: that of an encoder with a vocabulary of its own, if any."""
    plain = [replace(spec, projection=None) for spec in walk(config) if isinstance(spec, TextSpec)]
    return next((spec for spec in plain if spec.encoder != "tfidf"), plain[0] if plain else None)


def _meaning(catalog: Catalog) -> TextFeatures:
    """What words mean, in half the space."""
    with bar("learning what words mean", None):
        learned = learn_meaning(catalog)
    encoder = learned.encode
    if isinstance(encoder, TfidfEncoder) and encoder.directions is not None:
        directions = rounded(encoder.directions)
        encoder = TfidfEncoder(encoder.words, encoder.rarity, directions, encoder.fingerprint)
    return TextFeatures(rounded(learned.items), encoder)


def _has_text(dataset: Dataset) -> bool:
    """Whether anything is known of a film beside its id."""
    catalog = dataset.catalog
    ids = map(str, catalog.items.ids.tolist())
    titled = any(title != one for title, one in zip(catalog.title, ids, strict=True))
    return titled or any(catalog.genres) or len(dataset.tags) > 0


def _similarity(dataset: Dataset, bench: Bench, read: TextSpec | None) -> tuple[ItemSimilarity, list[str]]:
    """The similarity model, and a note if it has no texts."""
    texts, notes, many = list(SIMILARITY.text), list[str](), dataset.noun.many
    if not all(bench.features(spec, dataset).items.any() for spec in texts):
        texts = []
        notes.append(f"similar {many} use no text: the data has no words that two {many} share")
    if read is not None and read not in texts and read.encoder != "tfidf":
        texts.append(read)
    config = SIMILARITY
    if dataset.catalog.content.texts and bench.features(_LONG_TEXTS, dataset).items.any():
        texts.append(_LONG_TEXTS)
        config = replace(config, text_weight=_WEIGHT_WITH_LONG_TEXTS)
    return replace(config, text=tuple(texts)).build(bench).fit(dataset), notes


def _spots(dataset: Dataset, bench: Bench, seed: int) -> tuple[npt.NDArray[np.float32] | None, list[str]]:
    """The map, and a note if there is none or it has no text."""
    notes: list[str] = []
    vectors = bench.features(MAP_TEXT, dataset).items
    if not vectors.any():
        vectors = np.zeros((dataset.n_items, 0), np.float32)
        notes.append(f"the map uses no text: the data has no words that two {dataset.noun.many} share")
    if dataset.n_items > MOST:
        notes.append(f"the map shows only the {MOST} most rated {dataset.noun.many}")
    try:
        return lay_out(dataset, vectors, seed), notes
    except NotAvailableError as error:
        return None, [f"{error.problem} ({error.remedy})"]


def _facts(dataset: Dataset, spot: npt.NDArray[np.float32] | None) -> FilmFacts:
    ratings = dataset.ratings
    total = np.bincount(ratings.item_num, ratings.value.astype(np.float64), minlength=dataset.n_items)
    if dataset.feedback == "implicit":
        total[:] = np.nan
    return film_facts(ratings.item_counts, total.astype(np.float64), spot)


def film_facts(
    count: npt.NDArray[np.int64],
    total: npt.NDArray[np.float64],
    spot: npt.NDArray[np.float32] | None = None,
) -> FilmFacts:
    """The facts about films with ``count`` (n,) ratings that sum to ``total`` (n,)."""
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
    kind = {} if dataset.feedback == "explicit" else {"feedback": dataset.feedback, "act": dataset.act}
    return counts | kind | {"ratings_sha256": dataset.ratings.fingerprint()}


def data_card(source: Source, *, users: int, items: int, ratings: int, tags: int) -> dict[str, Any]:
    """The data's source, terms and size."""
    known = asdict(source)
    # paths and files on the machine of the fit, useless elsewhere
    del known["location"], known["taken"]
    return known | {
        "notes": list(source.notes),
        "users": users,
        "items": items,
        "ratings": ratings,
        "tags": tags,
    }
