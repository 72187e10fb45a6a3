from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.matching.forms import forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rocky II", "Rocky 2"),
        ("Rocky Two", "Rocky II"),
        ("Gone in Sixty Seconds", "Gone in 60 Seconds"),
        ("Twenty-One Jump Street", "21 Jump Street"),
        ("Three Colours: Red", "Three Colors: Red"),
        ("Up Close & Personal", "Up Close and Personal"),
        ("Spider-Man", "Spiderman"),
        ("Romeo + Juliet", "Romeo and Juliet"),
        ("Alien³", "Alien 3"),
        ("Death Wish V: The Face of Death", "Death Wish 5: The Face of Death"),
        ("Amélie", "AMELIE"),
    ],
)
def test_the_same_title_written_twice_is_exact(one: str, other: str):
    assert forms(one).exact == forms(other).exact


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Back to the Future Part II", "Back to the Future 2"),
        ("Kill Bill: Vol. 1", "Kill Bill: Volume 1"),
        ("The Land Before Time III", "Land Before Time III"),
        ("Shark Night 3D", "Shark Night"),
    ],
)
def test_small_words_do_not_count(one: str, other: str):
    assert forms(one).exact != forms(other).exact
    assert forms(one).bare == forms(other).bare


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("Star Wars: Episode IV - A New Hope", "Star Wars"),
        ("Star Wars: Episode VII - The Force Awakens", "Star Wars: The Force Awakens"),
        ("Monty Python's Life of Brian", "Life of Brian"),
        ("X2: X-Men United", "X2"),
        ("Dr. Strangelove or: How I Learned to Stop Worrying", "Dr. Strangelove"),
        ("Birdman: Or (The Unexpected Virtue of Ignorance)", "Birdman"),
        ("Star Trek VI: The Undiscovered Country", "Star Trek: The Undiscovered Country"),
        ("Cheech and Chong's Up in Smoke", "Up in Smoke"),
    ],
)
def test_a_part_of_a_title_is_known(whole: str, part: str):
    assert forms(part).bare in forms(whole).parts


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("Rocky II", "Rocky"),
        ("Schindler's List", "List"),
        ("The Devil's Advocate", "Advocate"),
        ("Zeitgeist: The Movie", "The Movie"),
        ("The Matrix Reloaded", "The Matrix"),
    ],
)
def test_what_names_another_film_is_no_part(whole: str, part: str):
    assert forms(part).bare not in forms(whole).parts


def test_a_lost_prefix_is_named_and_a_lost_subtitle_is_not():
    parts = forms("Star Wars: The Last Jedi").parts
    assert parts[forms("The Last Jedi").bare] == "starwars"
    assert parts[forms("Star Wars").bare] == ""


@given(st.text(max_size=80))
def test_any_text_has_forms(text: str):
    found = forms(text)
    assert found.bare not in found.parts
    assert all(part for part in found.parts)
