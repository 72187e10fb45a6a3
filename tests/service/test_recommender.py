from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import cineblend
from cineblend.data.dataset import Dataset
from cineblend.errors import UnknownNameError, UserError
from cineblend.ids import Vocabulary
from cineblend.models.base import ModelConfig
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.neighbours.item_knn import ItemKNNConfig
from cineblend.models.neighbours.user_knn import UserKNNConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.popularity import PopularityConfig
from cineblend.service.answers import Recommendation
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import Wanted, wanted_from
from cineblend.text.features import TextSpec
from fitted_worlds import fit

SPACE = {100: 5.0, 300: 4.5, 500: 5.0, 200: 1.0}
"""Even rows are space films (ids 100, 300, ...), odd ones love films (200, 400, ...)."""
LOVE = {200: 5.0, 400: 5.0, 600: 4.0, 100: 1.0}
CONFIGS: dict[str, ModelConfig] = {
    "ease": EaseConfig(regularization=5.0),
    "item-knn": ItemKNNConfig(n_neighbours=8),
    "user-knn": UserKNNConfig(n_neighbours=5),
    "popularity": PopularityConfig(),
    "blend": BlendConfig(
        (
            BlendPart(EaseConfig(regularization=5.0), 0.8, "minmax", "train_items"),
            BlendPart(ContentConfig(TextSpec("words")), 0.2, "zscore"),
        )
    ),
}


@pytest.fixture(scope="module", params=list(CONFIGS))
def any_model(request: pytest.FixtureRequest, world: Dataset) -> Recommender:
    return Recommender(fit(world, CONFIGS[request.param]))


def is_space(listed: list[Recommendation]) -> list[bool]:
    return [one.item_id % 200 == 100 for one in listed if isinstance(one.item_id, int)]


def test_the_public_names() -> None:
    assert cineblend.Recommender is Recommender
    assert cineblend.Model.__name__ == "Recommender"


def test_lists_what_people_with_that_taste_like(recommender: Recommender) -> None:
    listed = recommender.recommend(SPACE, k=8)
    assert all(is_space(listed))
    assert not any(is_space(recommender.recommend(LOVE, k=8)))
    assert [one.rank for one in listed] == list(range(1, 9))
    assert not {one.item_id for one in listed} & set(SPACE)
    scores = [one.score for one in listed]
    assert scores == sorted(scores, reverse=True)


def test_a_score_is_its_two_halves_by_weight(any_model: Recommender) -> None:
    for weight in (0.0, 0.3, 1.0):
        for one in any_model.recommend(SPACE, k=5, text_weight=weight, reasons=False):
            expected = (1 - weight) * one.parts.people + weight * one.parts.text
            assert one.score == pytest.approx(expected, abs=1e-5)
            assert one.reasons == ()


def test_the_best_film_of_a_half_has_its_value_one(recommender: Recommender) -> None:
    assert recommender.recommend(SPACE, k=1, text_weight=0)[0].parts.people == pytest.approx(1)
    assert recommender.recommend(SPACE, k=1, text_weight=1)[0].parts.text == pytest.approx(1)


def test_every_line_of_an_explanation_counts_once(any_model: Recommender) -> None:
    for weight, text in ((0.0, ""), (0.4, ""), (0.4, "space robot"), (1.0, "wedding")):
        one = any_model.explain(SPACE, 700, text_weight=weight, text=text)
        assert sum(line.contribution for line in one.lines) == pytest.approx(one.score, abs=1e-5)
        assert len({(line.kind, line.item_id) for line in one.lines}) == len(one.lines)
        assert all((line.says is None) == (line.title is not None) for line in one.lines)


def test_lines_of_a_linear_model_leave_only_where_the_scale_begins(
    recommender: Recommender, world: Dataset
) -> None:
    users = [recommender.explain(SPACE, num * 100, text_weight=0) for num in (7, 8, 9)]
    rest = [line.contribution for one in users for line in one.lines if line.kind == "other"]
    assert rest == pytest.approx([rest[0]] * 3, abs=1e-5)


def test_reasons_name_the_ratings_that_count(recommender: Recommender) -> None:
    for one in recommender.recommend(SPACE, k=5, text_weight=0.3):
        assert 1 <= len(one.reasons) <= 3
        assert {reason.item_id for reason in one.reasons} <= {100, 300, 500}
        for reason in one.reasons:
            assert reason.title is not None
            assert reason.title in reason.sentence
            assert reason.contribution > 0


def test_without_the_rating_that_carries_it_a_film_leaves_the_list(recommender: Recommender) -> None:
    ratings = {100: 5.0, 200: 5.0}
    listed = recommender.recommend(ratings, k=3, text_weight=0)
    space = next(one for one in listed if is_space([one])[0])
    found = recommender.explain(ratings, space.item_id, k=3, text_weight=0)
    assert found.rank == space.rank
    assert {one.item_id: one.leaves_list for one in found.without} == {100: True, 200: False}
    fewer = recommender.recommend({200: 5.0}, k=30, text_weight=0, exclude=(100,))
    ranks = {one.item_id: one.rank for one in fewer}
    assert found.without[0].rank_without == ranks[space.item_id]


def test_of_a_film_nobody_rated_films_like_it_are_spoken_of(world: Dataset) -> None:
    model = Recommender(fit(world, CarriedConfig(EaseConfig(regularization=5.0), (TextSpec("fake"),))))
    counts = world.ratings.item_counts
    for num in (int(np.flatnonzero(counts == 0)[0]), int(np.flatnonzero(counts)[-1])):
        found = model.explain(SPACE, (num + 1) * 100, k=9, text_weight=0)
        said = [reason.sentence for reason in found.lines if reason.kind == "rating"]
        assert len(said) == len(SPACE)
        assert all(("films like this" in sentence) == (counts[num] == 0) for sentence in said)


def test_nobody_s_film_is_explained_in_one_line(recommender: Recommender) -> None:
    found = recommender.explain({}, 700)
    assert [line.kind for line in found.lines] == ["other"]
    assert found.lines[0].says == "popular"
    assert found.lines[0].contribution == pytest.approx(found.score)
    assert found.without == ()


def test_a_rated_film_is_explained_but_has_no_rank(recommender: Recommender) -> None:
    assert recommender.explain(SPACE, 100).rank is None
    assert recommender.explain(SPACE, 100, include_rated=True).rank is not None


def test_two_people_are_both_explained(any_model: Recommender) -> None:
    listed = any_model.recommend(SPACE, k=20, together=LOVE, text_weight=0.3)
    for film in listed[::6]:
        why = any_model.explain(SPACE, film.item_id, k=3, together=LOVE, text_weight=0.3)
        assert why.rank == film.rank
        assert why.score == min(why.scores)
        for whose, score, ratings in zip(("you", "companion"), why.scores, (SPACE, LOVE), strict=True):
            lines = [line for line in why.lines if line.whose == whose]
            assert sum(line.contribution for line in lines) == pytest.approx(score, abs=1e-5)
            assert {line.item_id for line in lines} <= {None, *ratings}
            assert {one.item_id for one in why.without if one.whose == whose} == set(ratings)
        alone = any_model.explain(LOVE, film.item_id, text_weight=0.3, exclude=tuple(SPACE))
        assert why.scores[1] == pytest.approx(alone.score, abs=1e-5)


def test_a_rating_of_either_that_is_taken_away_gives_the_rank_of_both_without_it(
    recommender: Recommender,
) -> None:
    film = recommender.recommend(SPACE, k=3, together=LOVE)[2].item_id
    why = recommender.explain(SPACE, film, k=3, together=LOVE)
    for one in why.without:
        yours, theirs = dict(SPACE), dict(LOVE)
        del (yours if one.whose == "you" else theirs)[one.item_id]  # type: ignore[arg-type] (never None here)
        fewer = recommender.recommend(yours, k=100, together=theirs, exclude=(one.item_id,))
        assert one.rank_without == next(other.rank for other in fewer if other.item_id == film)
        assert one.leaves_list == (one.rank_without is None or one.rank_without > 3)


def test_what_has_no_score_is_not_explained(world: Dataset) -> None:
    plain = Recommender(fit(world, EaseConfig(regularization=5.0), text=False))
    with pytest.raises(UserError, match="no score"):
        plain.explain(SPACE, 3000)


def test_words_move_the_list_and_say_so(recommender: Recommender) -> None:
    listed = recommender.recommend(SPACE, k=5, text="wedding in paris", text_weight=0.9)
    assert not any(is_space(listed))
    assert all(one.reasons[0].kind == "words" for one in listed)
    assert {(one.reasons[0].says, one.reasons[0].words) for one in listed} == {("fits", "wedding in paris")}
    avoided = recommender.recommend({}, k=5, text="no wedding", text_weight=1.0)
    assert all(is_space(avoided))


def test_words_nobody_knows_are_noted(recommender: Recommender) -> None:
    listing = recommender.listing(wanted_from(SPACE, text="zzzz"))
    assert listing.notes == ("Nothing in the catalogue has “zzzz”, so it has no effect.",)
    assert [one.kind for one in listing.understood] == ["unknown"]
    assert [one.item_id for one in listing.items] == [one.item_id for one in recommender.recommend(SPACE)]


def test_words_act_at_any_weight_and_without_texts_in_the_model(world: Dataset) -> None:
    plain = Recommender(fit(world, EaseConfig(regularization=5.0), text=False))
    listing = plain.listing(wanted_from(SPACE, text="wedding", text_weight=0.0))
    assert listing.items
    assert not any(is_space(list(listing.items)))
    assert all(one.parts.text > 0 for one in listing.items)


@pytest.mark.parametrize("text", ["no", "but no", "?!", "without "])
def test_what_is_typed_by_half_has_no_effect(recommender: Recommender, text: str) -> None:
    listing = recommender.listing(wanted_from(SPACE, text=text))
    assert listing.understood == ()
    assert [one.item_id for one in listing.items] == [one.item_id for one in recommender.recommend(SPACE)]


def test_nobody_gets_what_most_people_watch_and_is_told(any_model: Recommender, world: Dataset) -> None:
    listing = any_model.listing(Wanted(k=3))
    most = np.argsort(-world.ratings.item_counts, kind="stable")[:3]
    assert [one.item_id for one in listing.items] == [(num + 1) * 100 for num in most.tolist()]
    assert "Without ratings" in listing.notes[0]
    assert listing.items[0].reasons[0].kind == "other"


def test_filters_hold(recommender: Recommender) -> None:
    everything: dict[str, Any] = {"k": 30, "text_weight": 0.2}
    romance = recommender.recommend(SPACE, genres_any=("Romance",), **everything)
    assert romance
    assert all("Romance" in one.item.genres for one in romance)
    assert all(is_space(recommender.recommend(SPACE, genres_none=("Romance",), **everything)))
    years = recommender.recommend(SPACE, year_from=1985, year_to=1990, **everything)
    assert {one.item.year for one in years} <= set(range(1985, 1991))
    only = recommender.recommend(SPACE, only=(700, 800, 100), **everything)
    assert {one.item_id for one in only} == {700, 800}
    assert 700 not in {one.item_id for one in recommender.recommend(SPACE, exclude=(700,), **everything)}
    seen = recommender.recommend(SPACE, include_rated=True, **everything)
    assert set(SPACE) <= {one.item_id for one in seen}
    few = recommender.recommend(SPACE, max_ratings=15, **everything)
    assert all(one.item.n_ratings <= 15 for one in few)


def test_nothing_passing_the_filters_is_an_empty_list_with_a_note(recommender: Recommender) -> None:
    listing = recommender.listing(wanted_from(SPACE, year_from=2500))
    assert listing.items == ()
    assert listing.notes == ("No film passes the filters.",)
    assert recommender.recommend(SPACE, only=()) == []


def test_diversity_makes_a_list_less_alike(recommender: Recommender) -> None:
    alike, mixed = (recommender.recommend(SPACE, k=8, diversity=d) for d in (0.0, 0.9))
    assert all(is_space(alike))
    assert not is_space(mixed)[1]
    assert mixed[0].item_id == alike[0].item_id


def test_calibration_follows_the_history(recommender: Recommender) -> None:
    films = recommender.films
    tail = [films.id(num) for num in films.by_popularity[films.rated[films.by_popularity]][-4:].tolist()]
    history = dict.fromkeys(tail, 5.0)
    before, after = (recommender.recommend(history, k=5, calibration=c) for c in (0.0, 1.0))
    mean = [np.mean([one.item.n_ratings for one in listed]) for listed in (before, after)]
    assert mean[1] < mean[0]
    assert "no popularity to match" in recommender.listing(Wanted(calibration=0.5)).notes[-1]


def test_two_people_get_what_both_may_like(recommender: Recommender) -> None:
    both = {100: 5.0, 300: 5.0, 200: 5.0}
    alone = recommender.recommend(SPACE, k=30, text_weight=0)
    together = recommender.recommend(SPACE, k=30, text_weight=0, together=LOVE)
    assert not {one.item_id for one in together} & {*SPACE, *LOVE}
    ranks = {}
    for person in (SPACE, LOVE):
        hidden = tuple({*SPACE, *LOVE} - set(person))
        for one in recommender.recommend(person, k=30, text_weight=0, exclude=hidden):
            ranks.setdefault(one.item_id, []).append(one.rank)
    worst = [max(ranks[one.item_id]) for one in together]
    assert worst == sorted(worst)
    assert alone[0].item_id in {one.item_id for one in recommender.recommend(SPACE, k=3, together=both)}
    assert {reason.sentence.split()[0] for reason in together[0].reasons} <= {"You", "Your", "Its"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"k": 0}, "k is 0"),
        ({"k": 101}, "k is 101"),
        ({"k": 2.5}, "k is 2.5"),
        ({"text_weight": 1.5}, "text_weight"),
        ({"diversity": float("nan")}, "diversity"),
        ({"calibration": -0.1}, "calibration"),
        ({"text": "x" * 501}, "501 characters"),
        ({"year_from": 2000, "year_to": 1990}, "2000 to 1990"),
        ({"min_ratings": -1}, "-1"),
        ({"genres_any": ("Sci Fi",)}, "unknown genre"),
        ({"only": (1,)}, "no film 1"),
        ({"exclude": ("100",)}, "no film '100'"),
        ({"together": {100: 99.0}}, "99.0"),
        ({"timestamps": {100: -5}}, "-5"),
        ({"colour": "red"}, "unknown option"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    recommender: Recommender, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        recommender.recommend(SPACE, **options)


@pytest.mark.parametrize("rating", [float("nan"), float("inf"), 0.0, 5.5, -1.0])
def test_a_rating_off_the_scale_is_refused(recommender: Recommender, rating: float) -> None:
    with pytest.raises(UserError, match="rating"):
        recommender.recommend({100: rating})


def test_unknown_films_are_refused_everywhere(recommender: Recommender) -> None:
    for ask in (
        lambda: recommender.recommend({1: 5.0}),
        lambda: recommender.explain(SPACE, 1),
        lambda: recommender.similar(1),
        lambda: recommender.item(1),
        lambda: recommender.questions({1: 5.0}),
    ):
        with pytest.raises(UserError, match="no film 1"):
            ask()


def test_an_item_is_what_is_known_of_it(recommender: Recommender, world: Dataset) -> None:
    item = recommender.item(300)
    assert (item.title, item.year, item.genres) == ("space robot laser part2", 1982, ("Sci-Fi",))
    assert (item.imdb_id, item.tmdb_id) == ("tt0000003", 6)
    assert item.n_ratings == world.ratings.item_counts[2]
    assert recommender.item(3000).mean_rating is None


def test_films_like_one_are_of_its_colour(any_model: Recommender) -> None:
    for by in ("text", "both"):
        listed = any_model.similar(300, 5, by)
        assert [one.by for one in listed] == [by] * len(listed)
        assert all(one.item.item_id % 200 == 100 for one in listed if isinstance(one.item.item_id, int))
        assert 300 not in {one.item.item_id for one in listed}
        assert all(0 < one.score <= 1 for one in listed)


def test_films_like_one_by_people(recommender: Recommender) -> None:
    listed = recommender.similar(300, 5, "people")
    assert all(one.item.item_id % 200 == 100 for one in listed if isinstance(one.item.item_id, int))
    with pytest.raises(UnknownNameError):
        recommender.similar(300, by="colour")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UserError, match="k is 0"):
        recommender.similar(300, k=0)


def test_questions_are_new_known_and_of_both_colours(any_model: Recommender) -> None:
    first = [item.item_id for item in any_model.questions({}, 6)]
    assert len(set(first)) == 6
    again = [item.item_id for item in any_model.questions({first[0]: 5.0}, 10)]
    assert first[0] not in again
    assert all(item.n_ratings > 0 for item in any_model.questions({}, 100))
    with pytest.raises(UserError):
        any_model.questions({}, 0)


def test_questions_tell_the_colours_apart(recommender: Recommender) -> None:
    asked = recommender.questions({}, 2)
    space = [item.title.startswith("space") for item in asked]
    assert sorted(space) == [False, True]


def test_answers_are_the_same_from_many_threads(recommender: Recommender) -> None:
    alone = recommender.recommend(SPACE)
    found: list[list[Recommendation]] = []
    threads = [
        threading.Thread(target=lambda: found.extend(recommender.recommend(SPACE) for _ in range(5)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 30
    assert all(one == alone for one in found)


def test_when_ratings_were_made_does_not_change_tonights_list(world: Dataset) -> None:
    from cineblend.models.sequence.time_popularity import PeriodConfig

    dated = Recommender(fit(world, PeriodConfig(months=1.0)))
    lists = [
        dated.recommend(SPACE, timestamps=times, text_weight=0)
        for times in ({}, *(dict.fromkeys(SPACE, time) for time in (1_000_000_000, 1_500_000_000)))
    ]
    assert lists[0] == lists[1] == lists[2]


def test_titles_are_data_in_sentences(world: Dataset) -> None:
    evil = "<script>alert(1)</script> {0} %s {{7*7}}"
    titles = tuple(f"{evil} {title}" for title in world.catalog.title)
    hostile = replace(world, catalog=replace(world.catalog, title=titles))
    listed = Recommender(fit(hostile, EaseConfig(regularization=5.0))).recommend(SPACE, k=2)
    assert all(evil in one.title for one in listed)
    assert all(evil in reason.sentence for one in listed for reason in one.reasons if reason.title)


def test_catalogues_of_text_ids_work_alike(world: Dataset) -> None:
    ids = Vocabulary(np.array([f"film-{n}" for n in range(world.n_items)]))
    named = Recommender(fit(replace(world, catalog=replace(world.catalog, items=ids)), EaseConfig(5.0)))
    listed = named.recommend({"film-0": 5.0, "film-2": 5.0, "film-1": 1.0}, k=5)
    assert all(int(str(one.item_id).removeprefix("film-")) % 2 == 0 for one in listed)
    assert named.read_export(b"movieId,rating\nfilm-4,5\n").ratings == {"film-4": 5.0}
    with pytest.raises(UserError, match="no film 0"):
        named.recommend({0: 5.0})
