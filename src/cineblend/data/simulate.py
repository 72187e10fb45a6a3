"""Simulate a dataset like MovieLens, of any size and seed, whose texts correlate with users' tastes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset, Source
from cineblend.data.ratings import Ratings
from cineblend.data.watching import Watching
from cineblend.data.words import give_genres, name_films, write_tags
from cineblend.data.world import RATING_SCALE, TALKED_ABOUT, World, WorldConfig, make_world
from cineblend.ids import Vocabulary

TAGGERS = 0.15
"""Share of users who write tags."""
LICENCE = "Apache-2.0, made up by cineblend"
CAUTION = "a simulated world: figures say nothing about real films or people"


def sample() -> Dataset:
    """The built-in dataset: 600 users, 1,500 films, 60,000 ratings, always the same."""
    world = simulate(WorldConfig(popularity_exponent=2.2))
    return replace(world, source=replace(world.source, name="sample"))


def simulate(config: WorldConfig) -> Dataset:
    """Simulate a dataset; equal configs give equal datasets.

    Users and films have ids from 1; films are in order of release. Every user has at least
    ``config.min_ratings`` ratings and rates no film twice. No rating is earlier than 1 January of the
    film's year of release. Rows are grouped by user. Memory: 20 bytes per rating, plus one chunk.
    """
    world = make_world(config)
    ratings, tags = _collect(world)
    return Dataset(
        source=describe_source(config),
        users=Vocabulary(np.arange(1, config.n_users + 1, dtype=np.int64)),
        catalog=catalog_of(world),
        ratings=ratings,
        tags=tags,
        scale=RATING_SCALE,
    )


def describe_source(config: WorldConfig) -> Source:
    """The ``Source`` of a simulated dataset."""
    return Source("simulated", repr(config), licence=LICENCE, caution=CAUTION)


def iterate_ratings(config: WorldConfig) -> Iterator[Ratings]:
    """Yield the ratings of ``simulate(config)`` in the same order, in chunks of whole users."""
    return Watching(make_world(config)).chunks()


def watch(world: World) -> Iterator[tuple[Ratings, Tags]]:
    """Yield chunks of ratings of whole users, users ascending, with the tags on their (user, item) pairs."""
    for nth, chunk in enumerate(Watching(world).chunks()):
        yield chunk, _tags(world, chunk, np.random.default_rng([world.config.seed, 3, nth]))


def catalog_of(world: World) -> Catalog:
    """The films of a world, with ids from 1 in order of release."""
    films = world.films
    rng = np.random.default_rng([world.config.seed, 2])
    return Catalog(
        items=Vocabulary(np.arange(1, len(films.year) + 1, dtype=np.int64)),
        title=name_films(films.mix, films.year, rng),
        year=films.year,
        genres=give_genres(films.mix, rng),
    )


def _collect(world: World) -> tuple[Ratings, Tags]:
    config = world.config
    n = config.n_ratings
    user_num, item_num = np.empty(n, np.int32), np.empty(n, np.int32)
    value, timestamp = np.empty(n, np.float32), np.empty(n, np.int64)
    tags: list[Tags] = []
    at = 0
    for chunk, written in watch(world):
        here = slice(at, at + len(chunk))
        user_num[here], item_num[here] = chunk.user_num, chunk.item_num
        value[here], timestamp[here] = chunk.value, chunk.timestamp
        at += len(chunk)
        tags.append(written)
    return Ratings(user_num, item_num, value, timestamp, config.n_users, config.n_items), _joined(tags)


def _tags(world: World, chunk: Ratings, rng: np.random.Generator) -> Tags:
    """Tags on (user, item) pairs of the chunk, by some users on some films, without duplicates."""
    writes = rng.random(world.config.n_users) < TAGGERS
    open_to_tags = writes[chunk.user_num] & world.films.talked_about[chunk.item_num]
    row = np.flatnonzero(open_to_tags)
    row = np.repeat(row, rng.poisson(world.config.tag_share / (TAGGERS * TALKED_ABOUT), len(row)))
    item = chunk.item_num[row]
    text = write_tags(world.films.mix, item.astype(np.intp), rng)
    rows = dict.fromkeys(zip(chunk.user_num[row].tolist(), item.tolist(), text, strict=True))
    users, items, words = zip(*rows, strict=True) if rows else ((), (), ())
    return Tags(np.array(users, np.int32), np.array(items, np.int32), words, np.zeros(len(words), bool))


def _joined(parts: list[Tags]) -> Tags:
    return Tags(
        np.concatenate([part.user_num for part in parts]),
        np.concatenate([part.item_num for part in parts]),
        tuple(word for part in parts for word in part.text),
        np.concatenate([part.held_out for part in parts]),
    )
