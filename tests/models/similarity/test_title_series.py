"""Title series: sequels share a stem; remakes and unrelated films do not."""

from __future__ import annotations

import pytest

from cineblend.models.similarity.title_series import series, stems


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Toy Story 2 (1999)", "toy story"),
        ("Alien³ (a.k.a. Alien 3) (1992)", "alien"),
        ("Alien: Resurrection (1997)", "alien"),
        ("Harry Potter and the Chamber of Secrets (2002)", "harry potter"),
        ("Beauty and the Beast (1991)", "beauty and the beast"),
        ("Godfather: Part II, The (1974)", "godfather"),
        ("The Godfather (1972)", "godfather"),
        ("Rocky IV (1985)", "rocky"),
        ("Seven (a.k.a. Se7en) (1995)", "seven"),
        ("", ""),
    ],
)
def test_a_stem_is_the_words_that_sequels_share(title: str, stem: str) -> None:
    assert stems([title]) == [stem]


def test_one_series_needs_two_titles() -> None:
    found = series(["Heat (1986)", "Heat (1995)", "Jaws (1975)", "Jaws 2 (1978)", "", ""])
    assert (found[0] == found[1]).all()  # the same title twice is not a series
    assert found[2, 0] == found[3, 0]
    assert found[2, 1] != found[3, 1]
    assert (found[4:] == -1).all()
    assert series([]).shape == (0, 2)
