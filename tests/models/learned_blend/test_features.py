"""Features: z-scores, dates, genres and years with known values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.data.users import UserBatch
from cineblend.models.learned_blend.features import feature_names, table, z_scores
from cineblend.models.learned_blend.item_features import ItemFeatures, UserFeatures
from worlds import checkerboard

YEAR = 365.25 * 86_400


def test_z_scores_are_scaled_by_the_population_and_nan_is_its_mean() -> None:
    scores = np.array([[1.0, 3.0, 5.0, np.nan], [7.0, 7.0, 7.0, 7.0]])
    population = np.array([[True, True, False, True], [True] * 4])
    z, unit = z_scores(scores, population)
    np.testing.assert_allclose(z, [[-1, 1, 3, 0], [0, 0, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(unit, [1, 0])


def test_z_scores_far_from_zero_keep_their_order() -> None:
    scores = np.array([[1e4, 1e4 + 1, 1e4 + 2]])
    z, _ = z_scores(scores, np.ones((1, 3), bool))
    np.testing.assert_allclose(z, [[-1.2247, 0, 1.2247]], atol=1e-2)


def columns_of(person: UserBatch, films: ItemFeatures, n: int) -> dict[str, np.ndarray]:
    everything = np.arange(n)[None]
    made, _ = table([np.zeros((1, n))], person, films, everything, np.ones((1, n), bool), np.zeros((1, n)))
    return dict(zip(feature_names(("part",), films), made[0].T, strict=True))


def test_age_and_dates_are_in_years_before_the_users_last_rating() -> None:
    world = checkerboard()
    films = ItemFeatures.of(world, 0.8)
    person = replace(UserBatch.unseen([{0: 5.0}], 24), timestamp=np.array([int(30 * YEAR)]))
    found = columns_of(person, films, 24)
    np.testing.assert_allclose(found["age"], 2000 - world.catalog.year, atol=1e-3)
    np.testing.assert_allclose(found["since_first"], 30 - films.first, atol=2e-3)


def test_with_an_ask_time_features_are_of_that_time() -> None:
    world = checkerboard()
    films = ItemFeatures.of(world, 0.8)
    at = int(world.ratings.timestamp.max())
    person = UserBatch.unseen([{0: 5.0}], 24)
    found = columns_of(person.asked(at + 1), films, 24)
    np.testing.assert_allclose(found["age"], 1970 + at / YEAR - world.catalog.year, atol=2e-3)
    counts = films.recent.before(np.arange(24)[None], np.array([at + 1]), 365 * 86_400)[0]
    order = np.argsort(counts, kind="stable")
    assert (np.diff(found["recent_365"][order]) >= 0).all()
    assert not columns_of(person, films, 24)["recent_365"].any()


def test_surprise_is_the_deviation_from_the_expectation_by_item_and_user() -> None:
    world = checkerboard()
    films = ItemFeatures.of(world, 0.8)
    hated, loved = (films.surprise(UserBatch.unseen([{0: value, 2: value}], 24)) for value in (0.5, 5.0))
    assert hated.max() < 0 < loved.min()
    one_star = replace(
        world, ratings=replace(world.ratings, value=np.full(len(world.ratings), 5, np.float32))
    )
    assert not ItemFeatures.of(one_star, 0.8).surprise(UserBatch.unseen([{0: 5.0}], 24)).any()


def test_items_with_genres_and_years_that_the_user_likes_get_higher_features() -> None:
    world = checkerboard()
    films = ItemFeatures.of(world, 0.8)
    found = columns_of(UserBatch.unseen([{0: 5.0, 2: 5.0, 3: 1.0}], 24), films, 24)
    assert found["genre_pull"][::2].min() > found["genre_pull"][1::2].max()
    assert found["genre_taste"][::2].min() > found["genre_taste"][1::2].max()
    assert found["year_pull"][1] > found["year_pull"][15]


def test_features_of_the_user_alone_are_equal_for_all_items() -> None:
    world = checkerboard()
    films = ItemFeatures.of(world, 0.8)
    found = columns_of(UserBatch.unseen([{0: 5.0, 2: 4.0, 3: 1.0}], 24), films, 24)
    np.testing.assert_allclose(found["history"], np.log(4), atol=1e-3)
    np.testing.assert_allclose(found["likes"], (2 + 2) / (3 + 4), atol=1e-3)


def test_a_user_without_dates_gets_the_last_known_date() -> None:
    world = checkerboard()
    films = ItemFeatures.of(world, 0.8)
    people = UserFeatures.of(UserBatch.unseen([{0: 5.0}, {}], 24), films)
    np.testing.assert_allclose(people.last, world.ratings.timestamp.max() / YEAR)
    np.testing.assert_allclose(people.first, people.last)


def test_unknown_years_and_genres_get_neutral_features() -> None:
    world = checkerboard()
    year = world.catalog.year.copy()
    year[:3] = 0
    catalog = replace(world.catalog, year=year, genres=((),) * 24)
    films = ItemFeatures.of(replace(world, catalog=catalog), 0.8)
    np.testing.assert_allclose(films.year[:3], year[3:].mean())
    found = columns_of(UserBatch.unseen([{0: 5.0}], 24), films, 24)
    assert (found["genre_pull"] == 0).all()
