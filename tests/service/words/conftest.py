"""A small catalogue whose people, genres, countries, languages and texts are known by eye."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from cineblend.data.catalog import Catalog
from cineblend.data.content import Content
from cineblend.data.dataset import Dataset
from cineblend.ids import Vocabulary
from cineblend.models.linear.ease import EaseConfig
from cineblend.service.recommender import Recommender
from cineblend.service.words.grammar import Grammar
from cineblend.service.words.index import Index
from cineblend.service.words.vocabulary import Vocabulary as Names
from fitted_worlds import fit
from worlds import checkerboard

FILMS = """
Heat (1995); Crime|Thriller; Mia Mann; Al Pacino|Bo De Niro; heist; United States; English; 170
A thief plans a heist in the city while a detective hunts him.
Thief's Honour (1981); Crime|Thriller; Mia Mann; James Caan; heist; United States; English; 118
A safe cracker plans one last heist before he retires.
Le Cercle (1970); Crime|Drama; Jean Melville; Alain Delon; heist|gore; France; French; 140
A gang robs a jeweller in a long and silent night of blood and gore.
Night of Zombies (1985); Horror; George Romero; Rae Stark; zombies|gore; United States; English; 92
Zombies eat a town; there is gore on every wall.
Zombie Picnic (2004); Horror|Comedy; Edgar Wright; Simon Pegg; zombies; United Kingdom; English; 99
Friends meet zombies on a picnic and laugh.
Love in Rome (1994); Romance|Comedy; Nora Ephra; Meg Ryan|Al Pacino; wedding; Italy; Italian; 88
A wedding in the rain brings two people together in Rome.
War Letters (2016); War|Drama; Jean Melville; Alain Delon; letters; France; French; 190
Letters from a soldier of the world war reach home.
Robot Dreams (2018); Animation|Sci-Fi; Edgar Wright; Simon Pegg; robots; Japan; Japanese; 81
A robot dreams of the rain and of space.
"""
"""Two lines a film: title, genres, director, cast, keywords, country, language, minutes; then its text."""


@pytest.fixture(scope="session")
def films_world() -> Dataset:
    """Eight films with content, and the ratings of a checkerboard."""
    lines = FILMS.strip().splitlines()
    texts, world = lines[1::2], checkerboard(n_items=len(lines) // 2, cold=0)
    facts = [line.split("; ") for line in lines[::2]]
    titles, genres, directors, casts, keywords, countries, languages, minutes = zip(*facts, strict=True)
    frame = pl.DataFrame(
        {
            "people.director": [[name] for name in directors],
            "people.cast": [names.split("|") for names in casts],
            "keywords": [words.split("|") for words in keywords],
            "countries": [[name] for name in countries],
            "languages": [[name] for name in languages],
            "runtime": [int(length) for length in minutes],
            "text.overview": texts,
        }
    )
    catalog = Catalog(
        Vocabulary(np.arange(1, len(facts) + 1) * 100),
        titles,
        np.array([int(title[-5:-1]) for title in titles], np.int32),
        tuple(tuple(some.split("|")) for some in genres),
        content=Content(frame),
    )
    return replace(world, catalog=catalog)


@pytest.fixture(scope="session")
def seen(films_world: Dataset) -> Recommender:
    return Recommender(fit(films_world, EaseConfig(regularization=5.0)))


@pytest.fixture(scope="session")
def index(seen: Recommender) -> Index:
    return Index(seen.films)


@pytest.fixture(scope="session")
def grammar(seen: Recommender, index: Index) -> Grammar:
    return Grammar(seen.films, Names(seen.films), index.is_known)
