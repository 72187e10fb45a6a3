"""Items that nobody has rated, added to a fitted recommender and taken out again without fitting it anew."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cineblend.bundle.fitted import FilmFacts, Fitted
from cineblend.bundle.make import main_text, require_addressable
from cineblend.bundle.read import read
from cineblend.bundle.write import ReplacedError, write
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset
from cineblend.errors import CineblendError, UserError
from cineblend.models.new_items.extended import Extended, ExtendedConfig
from cineblend.models.shared.half_precision import rounded
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.text.document import documents
from cineblend.text.features import TextFeatures

_TRIES = 5
"""Times that a change is made anew because another one came first."""
_PLACED_BY = 3
"""Number of similar films whose mean place on the map an added film gets."""


def change(folder: Path, how: Callable[[Fitted], Fitted]) -> Fitted:
    """Read the model in a folder, change it and write it back; a change made meanwhile is not lost.

    Raises:
        InputError: there is no model.
        ReplacedError: others keep on changing it.
    """
    for left in reversed(range(_TRIES)):
        fitted = read(folder)
        try:
            return write(how(fitted), folder, replacing=fitted.version)
        except ReplacedError:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def base_items(fitted: Fitted) -> int:
    """Number of items in the catalogue that the model was fitted with."""
    return fitted.model.n_items if isinstance(fitted.model, Extended) else len(fitted.catalog)


def add_items(fitted: Fitted, items: Catalog) -> Fitted:
    """Add items to the end of the catalogue. They are scored by their content.

    The statistics of texts and facts were learned from rated items, so an added item's score equals that in a
    model that had the item in its catalogue when it was fitted.

    Raises:
        UserError: an id is in the catalogue already, is of another kind, or contains a slash.
    """
    mine, given = fitted.catalog.items.ids, items.items.ids
    if mine.dtype.kind != given.dtype.kind:
        kinds = ("text", "whole numbers") if mine.dtype.kind == "U" else ("whole numbers", "text")
        raise UserError(
            f"the ids of the items are {kinds[1]}, those of the model are {kinds[0]}",
            expected="ids of the same kind",
            remedy="give the items ids of the model's kind",
        )
    known = fitted.catalog.items.nums(given) >= 0
    if known.any():
        raise UserError(
            f"{known.sum()} of the items are in the model already, such as {given[known.argmax()].item()!r}",
            expected="ids that the model does not have",
            remedy="leave these items out, or remove them from the model first",
        )
    require_addressable(items)
    old = fitted.catalog.take(np.arange(base_items(fitted), len(fitted.catalog)))
    return _with_added(fitted, old.followed_by(items) if len(old) else items)


def remove_items(fitted: Fitted, item_ids: Collection[int | str]) -> Fitted:
    """Take added items out again.

    Raises:
        UserError: an id is not that of an added item.
    """
    n = base_items(fitted)
    added = fitted.catalog.take(np.arange(n, len(fitted.catalog)))
    ids = added.items.ids.tolist()
    wrong = [item_id for item_id in item_ids if item_id not in ids]
    if wrong:
        raise UserError(
            f"item {wrong[0]!r} was not added to this model",
            expected="the id of an item that was added",
            remedy="only added items can be removed; fit the model again to leave out others",
        )
    out = set(item_ids)
    return _with_added(fitted, added.take(np.flatnonzero([item_id not in out for item_id in ids])))


def _with_added(fitted: Fitted, added: Catalog) -> Fitted:
    """The model as it was fitted, with exactly these items added."""
    n = base_items(fitted)
    base = fitted.catalog.take(np.arange(n))
    catalog = base.followed_by(added)
    items = Dataset.unrated(added, fitted.scale)
    inner = fitted.model.model if isinstance(fitted.model, Extended) else fitted.model
    config = fitted.config.model if isinstance(fitted.config, ExtendedConfig) else fitted.config
    try:
        text = _with_text(fitted, n, items)
        similarity = None if fitted.similarity is None else fitted.similarity.extended(catalog, items)
        nearest = _nearest(similarity, text, fitted.films.n_ratings[:n] > 0, n, len(added))
        model = Extended.around(ExtendedConfig(config), inner, n, items, nearest)
    except ValueError as error:
        raise CineblendError(
            f"items cannot be added to this model: {error}",
            expected="a model that this version of cineblend fitted",
            remedy="fit the model again",
        ) from error
    made_from = {key: value for key, value in fitted.made_from.items() if key != "added"}
    if len(added):
        origins = [origin.title for origin in added.content.origins]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        made_from["added"] = {"items": len(added), "origins": origins, "at": now}
    return replace(
        fitted,
        config=model.config if len(added) else config,
        model=model if len(added) else inner,
        catalog=catalog,
        films=_facts(fitted.films, n, len(added), similarity),
        text=text,
        similarity=similarity,
        made_from=made_from,
        version="",
    )


def _with_text(fitted: Fitted, n: int, items: Dataset) -> TextFeatures | None:
    text = fitted.text
    if text is None:
        return None
    spec = main_text(fitted.config)
    encoded = text.encode(documents(items, "default" if spec is None else spec.document))
    return replace(text, items=np.vstack([text.items[:n], rounded(encoded).astype(text.items.dtype)]))


def _facts(films: FilmFacts, n: int, added: int, similarity: ItemSimilarity | None) -> FilmFacts:
    spot = films.spot
    if spot is not None:
        placed = np.full((added, 2), np.nan, np.float32)
        for at in range(added):
            if similarity is None:
                break
            near = np.where(np.isfinite(spot[:n, 0]), similarity.by_text(n + at)[:n], np.nan)
            if np.isfinite(near).any():
                best = np.argsort(-np.nan_to_num(near, nan=-np.inf))[:_PLACED_BY]
                placed[at] = np.nanmean(spot[best], axis=0)
        spot = np.vstack([spot[:n], placed])
    return FilmFacts(
        np.concatenate([films.n_ratings[:n], np.zeros(added, films.n_ratings.dtype)]),
        np.concatenate([films.mean_rating[:n], np.full(added, np.nan, films.mean_rating.dtype)]),
        spot,
    )


def _nearest(
    similarity: ItemSimilarity | None,
    text: TextFeatures | None,
    rated: npt.NDArray[np.bool_],
    n: int,
    added: int,
) -> npt.NDArray[np.int32]:
    """(added,) the rated item with the nearest content; -1 where there is none."""
    found = np.full(added, -1, np.int32)
    for at in range(added):
        if similarity is not None:
            near = similarity.by_text(n + at)[:n]
        elif text is not None:
            near = text.items[:n].astype(np.float32) @ text.items[n + at].astype(np.float32)
        else:
            break
        near = np.where(rated, near, np.nan)
        if np.isfinite(near).any():
            found[at] = np.nanargmax(near)
    return found
