"""Words: they choose and order the films of a list."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.models.similarity.item_similarity import ItemSimilarity, ItemSimilarityConfig
from cineblend.service.recommender import Recommender
from cineblend.service.words.index import FIELDS, Index


def titles(seen: Recommender, text: str) -> list[str]:
    return [one.title for one in seen.find(text).items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("directed by Edgar Wright", {"Zombie Picnic", "Robot Dreams"}),
        ("directed by Edgar Wright, no horror", {"Robot Dreams"}),
        ("Al Pacino but no romance", {"Heat"}),
        ("from France in the 70s", {"Le Cercle"}),
        ("in Japanese", {"Robot Dreams"}),
        ("not in English or French", {"Love in Rome", "Robot Dreams"}),
        ("under 85 minutes", {"Robot Dreams"}),
        ("not from the 80s, horror", {"Zombie Picnic"}),
        ("western", set[str]()),
    ],
)
def test_wishes_choose_films(seen: Recommender, text: str, expected: set[str]) -> None:
    found = set(titles(seen, text))
    assert found == expected or (not expected and seen.find(text).notes)


def test_free_words_find_films_and_lead(seen: Recommender) -> None:
    assert set(titles(seen, "a heist in the city")[:2]) <= {"Heat", "Thief's Honour"}
    assert titles(seen, "wedding")[0] == "Love in Rome"
    rated = {100: 5.0, 300: 5.0}
    assert seen.recommend(rated, text="zombies")[0].title in ("Night of Zombies", "Zombie Picnic")


def test_unwanted_words_take_films_out(seen: Recommender) -> None:
    assert "Zombie Picnic" in titles(seen, "zombies but no gore")
    assert not {"Night of Zombies", "Le Cercle"} & set(titles(seen, "zombies but no gore"))
    assert not {"Night of Zombies", "Le Cercle"} & set(titles(seen, "no gore"))


def test_a_film_is_not_like_itself(seen: Recommender) -> None:
    listing = seen.find("like Heat but older")
    assert "Heat" not in [one.title for one in listing.items]
    assert all((one.item.year or 0) < 1995 for one in listing.items)


def test_the_score_is_the_sum_it_is_said_to_be(seen: Recommender) -> None:
    for one in seen.recommend({100: 5.0}, text="heist"):
        assert one.score == pytest.approx(0.25 * one.parts.people + 0.75 * one.parts.text, abs=1e-5)
    why = seen.explain({100: 5.0}, 200, text="heist")
    assert sum(line.contribution for line in why.lines) == pytest.approx(why.score, abs=1e-5)
    assert any(line.sentence == "It fits “heist”." for line in why.lines)


@settings(max_examples=60, deadline=None)
@given(
    genre=st.sampled_from(["horror", "comedy", "crime", "war"]),
    person=st.sampled_from(["Al Pacino", "Simon Pegg", "Alain Delon"]),
    words=st.sampled_from(["zombies", "heist", "rain", "letters", ""]),
)
def test_what_is_excluded_is_in_no_list(seen: Recommender, genre: str, person: str, words: str) -> None:
    for one in seen.find(f"{words}, no {person}, no {genre}", 20).items:
        content = seen.films.content.of(seen.films.num(one.item_id))
        assert person not in [name for names in content.people.values() for name in names]
        assert genre.capitalize() not in one.item.genres


def test_a_name_finds_people(seen: Recommender) -> None:
    found = seen.search("alain").people
    assert [(one.name, one.roles, one.n_items) for one in found] == [("Alain Delon", ("cast",), 2)]
    assert seen.search("").people == ()
    assert seen.search("al").people == ()


def test_an_index_scores_each_field(index: Index) -> None:
    for at, text in enumerate(("honour", "pacino", "wedding", "jeweller")):
        weights = [float(field == FIELDS[at]) for field in FIELDS]
        assert index.score(text, weights, 0).any()
    assert index.score("robot", (1, 0, 0, 0), 0).argmax() == 7
    assert not index.score("qwxyz", (1, 1, 1, 1), 1).any()
    assert index.share("zombie picnic")[4] == 1
    assert 0 < index.share("laugh wedding")[4] < 1
    assert index.having("every wall").nonzero()[0].tolist() == [3]


def test_likeness_to_several_films_is_the_weighted_sum(films_world: Dataset) -> None:
    similarity: ItemSimilarity = ItemSimilarityConfig(text=()).build(FakeBench()).fit(films_world)
    nums, weights = np.array([0, 3]), np.array([0.7, 0.3])
    expected = sum(
        weight * np.nan_to_num(similarity.by_people(num))
        for num, weight in zip(nums.tolist(), weights, strict=True)
    )
    np.testing.assert_allclose(similarity.by_people_of(nums, weights), expected, atol=2e-3)


def test_words_need_no_torch(tmp_path: Path) -> None:
    script = tmp_path / "words.py"
    script.write_text(
        "import sys\n"
        "from cineblend.models.linear.ease import EaseConfig\n"
        "from cineblend.service.recommender import Recommender\n"
        "from fitted_worlds import fit\n"
        "from worlds import checkerboard\n"
        "seen = Recommender(fit(checkerboard(n_items=30), EaseConfig(5.0), text=False))\n"
        "assert seen.find('wedding in paris, no robot').items\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n",
        "utf-8",
    )
    tests = Path(__file__).parents[2]
    path = f"import sys; sys.path[:0] = {[str(tests), str(tests.parent / 'src')]!r}; "
    code = path + f"exec(open({str(script)!r}, encoding='utf-8').read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
