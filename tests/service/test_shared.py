"""Shared: what two films have in common is what the content says of both; reasons tell it truly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest

from cineblend.data.content import Content
from cineblend.data.dataset import Dataset
from cineblend.models.linear.ease import EaseConfig
from cineblend.service import texts
from cineblend.service.answers import SharedPerson
from cineblend.service.recommender import Recommender
from cineblend.service.shared import Comparer
from fitted_worlds import fit

N = 30


def content(**columns: Sequence[object]) -> Content:
    """Content whose first films have these values and whose other films have none."""
    padded = {name: [*values, *[None] * (N - len(values))] for name, values in columns.items()}
    return Content(pl.DataFrame(padded, strict=False))


def told(world: Dataset, about: Content) -> Recommender:
    made = fit(world, EaseConfig(regularization=5.0))
    return Recommender(replace(made, catalog=replace(made.catalog, content=about)))


@pytest.fixture(scope="module")
def films(world: Dataset) -> Recommender:
    return told(
        world,
        content(
            **{
                "people.director": [["Ann Lee"], ["Ann  LEE"], ["Bo Ek"], [], ["Cy Om"]],
                "people.cast": [["Bo Ek", "Élise Ngo", "Dee"], ["Elise Ngo", "Dee"], ["Ann Lee"], []],
                "keywords": [["crime", "heist"], ["heist", "crime"], ["crime"], ["crime"]],
                "countries": [["Iceland"], ["Iceland"], ["Iceland"], ["Iceland"]],
                "text.overview": ["A text.", "Another.", None],
            }
        ),
    )


def test_people_of_one_role_come_first_then_the_rarest_words(films: Recommender) -> None:
    shared = Comparer(films.films).shared(0, 1)
    assert shared.people == (
        SharedPerson("Ann Lee", "director"),
        SharedPerson("Élise Ngo", "cast"),
        SharedPerson("Dee", "cast"),
    )
    assert shared.keywords == ("heist", "crime")
    assert shared.countries == ()  # four of thirty films are from there: it says nothing
    assert shared.sentence == "both directed by Ann Lee; both with Élise Ngo and Dee; both: heist, crime"


def test_who_directs_one_film_and_plays_in_the_other_is_in_both(films: Recommender) -> None:
    shared = Comparer(films.films).shared(0, 2)
    assert shared.people == (SharedPerson("Ann Lee", ""), SharedPerson("Bo Ek", ""))
    assert shared.sentence == "both with Ann Lee and Bo Ek; both: crime"


def test_genres_speak_where_nothing_else_does(films: Recommender) -> None:
    comparer = Comparer(films.films)
    assert comparer.shared(6, 8).sentence == "both: Sci-Fi"
    assert comparer.shared(5, 6).sentence == ""


def test_what_is_shared_is_in_the_content_of_both(films: Recommender) -> None:
    for one in films.similar(100, 29):
        other = films.film(one.item.item_id).content
        mine = films.film(100).content
        for person in one.shared.people:
            for known in (mine, other):
                roles = [person.role] if person.role else list(known.people)
                names = {name.casefold().replace("é", "e") for role in roles for name in known.people[role]}
                assert " ".join(person.name.casefold().replace("é", "e").split()) in {
                    " ".join(name.split()) for name in names
                }
        assert set(one.shared.keywords) <= set(mine.keywords) & set(other.keywords)
        assert set(one.shared.genres) <= set(one.item.genres)


def test_no_reason_speaks_of_a_description_that_is_not_there(world: Dataset) -> None:
    ratings = {100: 5.0, 300: 4.5, 200: 1.0}
    bare = told(world, Content.none(N))
    reasons = [
        reason
        for words in ("", "space robot")
        for one in bare.recommend(ratings, k=20, text=words, text_weight=0.9)
        for reason in one.reasons
    ]
    assert {"text", "words"} <= {reason.kind for reason in reasons}
    assert not [reason.sentence for reason in reasons if "description" in reason.sentence]
    described = told(world, content(**{"text.overview": [f"Text {at}" for at in range(N)]}))
    undirected = replace(
        described.fitted, catalog=replace(described.fitted.catalog, genres=tuple(() for _ in range(N)))
    )
    said = [
        reason.sentence
        for one in Recommender(undirected).recommend(ratings, k=20, text_weight=0.9)
        for reason in one.reasons
        if reason.kind == "text"
    ]
    assert said
    assert all(sentence.startswith("Its description is similar to that of “") for sentence in said)


def test_a_text_reason_names_what_both_films_have_and_what_it_adds(
    world: Dataset, films: Recommender
) -> None:
    listed = films.recommend({100: 5.0, 400: 1.0}, k=29, text_weight=1.0)
    reasons = {one.item_id: [r for r in one.reasons if r.kind == "text"] for one in listed}
    assert reasons[300][0].sentence == (
        "It is like “space robot laser part0”, which you gave 5: both with Bo Ek and Ann Lee; both: crime."
    )
    assert films.fitted.text is not None
    vectors = texts.unit(films.fitted.text.items)
    near = (vectors - vectors[films.films.rated].mean(axis=0)) @ vectors[0]  # beyond an average film
    adds = {num: r for num in range(1, N) for r in reasons.get(films.films.id(num), [])}
    scale = [reason.contribution / float(near[num]) for num, reason in adds.items()]
    assert len(scale) > 10
    assert scale == pytest.approx([scale[0]] * len(scale), rel=1e-4)
    for num, reason in adds.items():
        assert reason.shared == Comparer(films.films).shared(num, 0)


def test_words_fit_only_the_films_that_they_fit_best(films: Recommender) -> None:
    everything = films.recommend({}, k=30, text="space robot", text_weight=1.0, include_rated=True)
    words = {one.item_id: r.sentence for one in everything for r in one.reasons if r.kind == "words"}
    assert any(re.search(r"fit(s)? “space robot”\.$", sentence) for sentence in words.values())
    for item_id, sentence in words.items():
        if "less than other films" not in sentence:
            assert "Sci-Fi" in films.item(item_id).genres
