"""Books and products: words, lists and unrated items work where a catalogue holds no films."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import polars as pl
import pytest

from cineblend.bundle.added import add_items
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.make import make
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Catalog
from cineblend.data.content import Content
from cineblend.data.dataset import Dataset
from cineblend.data.noun import Noun
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ids import Vocabulary
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import wanted_from
from cineblend.text.features import TextSpec
from worlds import checkerboard

N_USERS, N_ITEMS = 60, 90
MODEL = CarriedConfig(
    EaseConfig(), tuple(TextSpec("tfidf", rule) for rule in ("facts", "texts", "people")), rank=16
)


@dataclass(frozen=True)
class Made:
    """A kind of catalogue: two subjects, each with a maker and liked by half of the people."""

    role: str
    title: str
    subjects: tuple[str, str]
    makers: tuple[str, str]
    asked: str
    noun: Noun


CATALOGUES = (
    Made(
        "author",
        "Volume",
        ("dragons and wizards in an old kingdom", "budgets and markets of modern banks"),
        ("Ursula Marsh", "Adam Keynes"),
        "books by Ursula Marsh",
        Noun("book", "books"),
    ),
    Made(
        "brand",
        "Article",
        ("a steel kettle that boils water fast", "a running shoe with a soft sole"),
        ("Teapotter", "Fleetfoot"),
        "something by Teapotter",
        Noun("article", "articles"),
    ),
)


def catalogue(made: Made, ids: Sequence[int]) -> Catalog:
    kind = [one % 2 for one in ids]
    content = Content(
        pl.DataFrame(
            {
                "text.description": [
                    f"{made.subjects[k]}, number {one}" for k, one in zip(kind, ids, strict=True)
                ],
                f"people.{made.role}": [[made.makers[k]] for k in kind],
            }
        )
    )
    titles = tuple(f"{made.title} {one}" for one in ids)
    n = len(titles)
    return Catalog(Vocabulary(np.array(ids)), titles, np.zeros(n, np.int32), ((),) * n, content=content)


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda made: made.role)
def fitted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Fitted]:
    made: Made = request.param
    world: Dataset = replace(
        checkerboard(N_USERS, N_ITEMS), catalog=catalogue(made, range(N_ITEMS)), noun=made.noun
    )
    return made, make(
        world, Strategy("own", "Own", MODEL), Bench(tmp_path_factory.mktemp("cache")), with_map=False
    )


def test_who_made_an_item_is_understood(fitted: tuple[Made, Fitted]) -> None:
    made, model = fitted
    found = Recommender(model).find(made.asked, k=20)
    assert [(one.kind, one.values) for one in found.understood] == [
        ("person", (f"{made.role}:{made.makers[0]}",))
    ]
    assert {row.item.item_id % 2 for row in found.items} == {0}


def test_words_of_a_description_find_its_items(fitted: tuple[Made, Fitted]) -> None:
    made, model = fitted
    for kind, subject in enumerate(made.subjects):
        found = Recommender(model).find(" ".join(subject.split()[-2:]), k=10)
        assert {row.item.item_id % 2 for row in found.items} == {kind}


def test_an_added_item_goes_to_those_who_like_its_like(fitted: tuple[Made, Fitted]) -> None:
    made, model = fitted
    more = add_items(model, catalogue(made, [9000, 9001]))
    histories = [dict.fromkeys(range(kind, 20, 2), 5.0) for kind in (0, 1)]
    scores = more.model.score(UserBatch.unseen(histories, len(more.catalog)))[:, -2:]
    assert scores[0, 0] > scores[0, 1]
    assert scores[1, 1] > scores[1, 0]


def test_lists_and_reasons_say_what_an_item_is(fitted: tuple[Made, Fitted]) -> None:
    made, model = fitted
    service, person = Recommender(model), {0: 5.0, 2: 4.5, 1: 2.0, 3: 2.5}
    said = [
        service.listing(wanted_from(person, k=20, text=made.subjects[0])),
        service.listing(wanted_from({}, k=3)),
        service.listing(wanted_from(person, k=3, year_from=2000)),
        service.explain(person, 4),
        *service.similar(0),
        service.film(0),
    ]
    told = json.dumps([asdict(one) for one in said], ensure_ascii=False)
    assert f"An average {made.noun}" in told
    assert f"the most popular {made.noun.many}" in told
    assert f"No {made.noun} passes the filters" in told
    assert "You rated “" in told
    assert_speaks_of_no_film(told)


MISTAKES: dict[str, Callable[[Recommender], object]] = {
    "unknown": lambda service: service.item(7777),
    "rating": lambda service: service.recommend({0: 99.0}),
    "time": lambda service: service.recommend({0: 5.0}, timestamps={0: -1}),
    "alike": lambda service: service.similar(0, k=0),
    "trial": lambda service: service.trial({0: 5.0}),
    "export": lambda service: service.read_export(b"title,rating\n", "mine.csv"),
    "choice": lambda service: service.read_export(
        b"title,rating\nVolume 1,5\n", "mine.csv", {"Volume 1": 7777}
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_the_words_of_the_catalogue(fitted: tuple[Made, Fitted], mistake: str) -> None:
    with pytest.raises(UserError) as told:
        MISTAKES[mistake](Recommender(fitted[1]))
    assert_speaks_of_no_film(str(told.value))


def assert_speaks_of_no_film(told: str) -> None:
    assert told
    assert not re.findall(r"(?i)\b(?:film|movie|watch)\w*", told), told
