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
from cineblend.data.content import FIELDS
from cineblend.data.dataset import Dataset
from cineblend.errors import CineblendError, UserError
from cineblend.models.new_items.extended import Extended, ExtendedConfig
from cineblend.models.shared.half_precision import rounded
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.text.document import documents
from cineblend.text.encoders.deferred import encoded_once
from cineblend.text.features import TextFeatures
from cineblend.text.meaning import meaning_documents

Near = npt.NDArray[np.float32]
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
    model that had the item in its catalogue when it was fitted. An item with a title alone has no neighbour:
    its rating stands for no other item's, and it has no place on the map.

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


def with_added_of(before: Fitted, fitted: Fitted) -> Fitted:
    """A model fitted anew on the same data, with what was added to the one that it takes the place of."""
    added = before.catalog.take(np.arange(base_items(before), len(before.catalog)))
    lacking = added.take(np.flatnonzero(fitted.catalog.items.nums(added.items.ids) < 0))
    return add_items(fitted, lacking) if len(lacking) else fitted


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


@encoded_once()
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
        near = _near(similarity, text, n, len(added))
        # Titles are alike by chance: "Toy Boy Story" is no neighbour of "Toy Story".
        near[~_is_described(items)] = -np.inf
        nearest = _nearest(near, fitted.films.n_ratings[:n] > 0)
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
        films=_facts(fitted.films, n, near),
        text=text,
        similarity=similarity,
        meaning=_followed(fitted.meaning, n, meaning_documents(added)),
        made_from=made_from,
        version="",
    )


def _with_text(fitted: Fitted, n: int, items: Dataset) -> TextFeatures | None:
    spec = main_text(fitted.config)
    return _followed(fitted.text, n, documents(items, "default" if spec is None else spec.document))


def _followed(text: TextFeatures | None, n: int, added: list[str]) -> TextFeatures | None:
    """The first n vectors, then those of the added texts."""
    if text is None:
        return None
    encoded = rounded(text.encode(added)).astype(text.items.dtype)
    return replace(text, items=np.vstack([text.items[:n], encoded]))


def _facts(films: FilmFacts, n: int, near: Near) -> FilmFacts:
    added = len(near)
    spot = films.spot
    if spot is not None:
        placed = np.full((added, 2), np.nan, np.float32)
        with_place = np.flatnonzero(np.isfinite(spot[:n, 0]))
        if len(with_place):
            by = near[:, with_place]
            best = np.argpartition(-by, min(_PLACED_BY, by.shape[1]) - 1, axis=1)[:, :_PLACED_BY]
            known = np.isfinite(by).any(axis=1)
            placed[known] = spot[with_place[best[known]]].mean(axis=1)
        spot = np.vstack([spot[:n], placed])
    return FilmFacts(
        np.concatenate([films.n_ratings[:n], np.zeros(added, films.n_ratings.dtype)]),
        np.concatenate([films.mean_rating[:n], np.full(added, np.nan, films.mean_rating.dtype)]),
        spot,
    )


def _is_described(items: Dataset) -> npt.NDArray[np.bool_]:
    """(n,) whether more than title, year and runtime is known of an item."""
    about = zip(items.catalog.genres, *(documents(items, field) for field in FIELDS), strict=True)
    return np.array([any(some) for some in about], bool)


def _near(similarity: ItemSimilarity | None, text: TextFeatures | None, n: int, added: int) -> Near:
    """(added, n) likeness of content; -inf where one of both has none."""
    if similarity is not None:
        new, old = similarity.texts_of(slice(n, n + added)), similarity.texts_of(slice(0, n))
    elif text is not None:
        new, old = (text.items[rows].astype(np.float32) for rows in (slice(n, n + added), slice(0, n)))
    else:
        return np.full((added, n), -np.inf, np.float32)
    near = new @ old.T
    near[~np.asarray(new.any(axis=1), bool)] = -np.inf
    near[:, ~np.asarray(old.any(axis=1), bool)] = -np.inf
    return near


def _nearest(near: Near, rated: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """(added,) the rated item with the nearest content; -1 where there is none."""
    if not near.size:
        return np.full(len(near), -1, np.int32)
    among = np.where(rated, near, np.float32(-np.inf))
    best = among.argmax(axis=1)
    return np.where(np.isfinite(among.max(axis=1)), best, -1).astype(np.int32)
