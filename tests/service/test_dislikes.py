"""Dislikes: of two people, nobody gets what they hate, or what is very like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.similarity.item_similarity import ItemSimilarityConfig
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import Filters, ItemId, Wanted
from cineblend.text.features import TextSpec
from fitted_worlds import fit
from worlds import checkerboard

SPACE: dict[ItemId, float] = {100: 5.0, 300: 4.5, 500: 5.0}
BOTH: dict[ItemId, float] = {900: 5.0, 200: 5.0, 400: 5.0}


@pytest.fixture(scope="module")
def pair() -> Recommender:
    """A fitted world in which a sixth of the films are of a kind of their own, told by genre."""
    world: Dataset = checkerboard(n_users=40, n_items=30, cold=3)
    genres = tuple(("Drama", *(("Horror",) if n % 6 == 0 else ())) for n in range(world.n_items))
    world = replace(world, catalog=replace(world.catalog, genres=genres))
    alike = ItemSimilarityConfig(text=(TextSpec("words"),)).build(FakeBench()).fit(world)
    return Recommender(replace(fit(world, EaseConfig(regularization=5.0)), similarity=alike))


def horror(model: Recommender, wanted: Wanted) -> list[ItemId]:
    return [one.item_id for one in model.listing(wanted).items if "Horror" in one.item.genres]


def test_what_one_hates_is_on_no_list_for_two(pair: Recommender) -> None:
    alone = Wanted(ratings=SPACE, k=20)
    assert horror(pair, alone)
    hates = {1300: 0.5, **BOTH}
    both = pair.listing(replace(alone, together=hates))
    assert both.items
    assert not [one for one in both.items if "Horror" in one.item.genres]
    assert "Left out, since one of you dislikes it: Horror." in both.notes
    # Whoever asks, and even where rated films are listed, the hated film is not.
    turned = Wanted(ratings=hates, together=SPACE, k=30, filters=Filters(include_rated=True))
    assert 1300 not in [one.item_id for one in pair.listing(turned).items]
    assert not horror(pair, turned)


def test_a_kind_stays_where_its_films_are_liked_too(pair: Recommender) -> None:
    some = {1300: 1.0, 1900: 5.0, 2500: 4.5, **BOTH}
    assert pair.listing(Wanted(ratings=SPACE, together=some, k=20)).notes == ()


def test_where_nothing_would_be_left_all_is_listed_and_said(pair: Recommender) -> None:
    wanted = Wanted(
        ratings=SPACE, together={1300: 0.5, **BOTH}, filters=Filters(genres_any=("Horror",)), k=20
    )
    answer = pair.listing(wanted)
    assert answer.items
    assert "One of you dislikes every film that would be left, so all are listed." in answer.notes
    none = pair.listing(replace(wanted, filters=Filters(only=())))
    assert (none.items, none.notes) == ((), ("No film passes the filters.",))


def test_each_of_two_people_has_a_reason_of_their_own(pair: Recommender) -> None:
    listed = pair.listing(Wanted(ratings=SPACE, together=BOTH, k=10)).items
    assert listed
    for one in listed:
        assert {reason.whose for reason in one.reasons} == {"you", "companion"}
        for whose, rated in (("you", SPACE), ("companion", BOTH)):
            assert {r.item_id for r in one.reasons if r.whose == whose} <= {None, *rated}
