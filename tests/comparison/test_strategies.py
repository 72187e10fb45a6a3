"""Strategies: rows as data."""

from __future__ import annotations

import dataclasses

import pytest

from cineblend.comparison.strategies import GROUPS, ROWS, SMALL_LORA, STRATEGIES, reseeded, rows
from cineblend.errors import UnknownNameError, UserError
from cineblend.models.blend import BlendConfig
from cineblend.models.content import ContentConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.registry import needs_stars
from cineblend.models.walk import walk
from cineblend.text.document import FIELDS
from cineblend.text.encoders.encoder import ENCODERS
from cineblend.text.features import TextSpec


def test_names_are_unique_and_rows_are_frozen_and_hashable() -> None:
    assert len(STRATEGIES) == len(ROWS)
    assert len({row.model for row in ROWS}) == len(ROWS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        ROWS[0].name = "other"  # type: ignore[misc] (frozen, as is shown)


def test_the_study_is_its_five_rows_and_the_floor() -> None:
    study = rows(["study"])
    assert [row.name for row in study] == [
        "popularity",
        "mf",
        "mf+minilm",
        "mf+minilm-ft",
        "mf+qwen3-4b",
        "mf+qwen3-4b-lora",
    ]
    assert [row.published is None for row in study] == [True] + 5 * [False]


def test_every_study_blend_weighs_and_scales_as_the_study_does() -> None:
    for row in rows(["study"])[2:]:
        assert isinstance(row.model, BlendConfig)
        mf, content = row.model.parts
        assert (mf.weight, mf.population) == (0.85, "train_items")
        assert (round(content.weight, 12), content.population) == (0.15, "unrated_train_items")
        assert mf.model == PMFConfig(n_factors=100, epochs=200, learning_rate=0.005, regularization=0.001)
        assert isinstance(content.model, ContentConfig)
        assert content.model.text.document == "study"
        assert content.model.text.encoder in ENCODERS


def test_our_own_rows_never_read_held_out_tags() -> None:
    specs = [
        spec
        for row in ROWS
        if row.published is None
        for spec in walk(row.model)
        if isinstance(spec, TextSpec)
    ]
    assert len(specs) > 5
    assert {spec.document for spec in specs} <= {"default", "facts", "bare", *FIELDS}


def test_the_rows_of_the_small_language_model_differ_by_its_tuning_alone() -> None:
    as_it_comes, tuned = (row.model for row in rows(["smollm2", "smollm2-lora"]))
    assert isinstance(as_it_comes, ContentConfig)
    assert tuned == ContentConfig(dataclasses.replace(as_it_comes.text, finetune=SMALL_LORA))
    assert as_it_comes.text.projection is None


def test_rows_for_new_films_ask_how_well_known_they_are() -> None:
    asks = [name for name, row in STRATEGIES.items() if getattr(row.model, "familiar_to", "")]
    assert asks == ["cineblend-max", "text-taste", "cold"]
    blend = STRATEGIES["cineblend-max"].model
    assert isinstance(blend, RankerConfig)
    assert blend.cold == STRATEGIES["text-taste"].model


def test_names_keep_their_order_and_count_once() -> None:
    assert [row.name for row in rows(["mf", "popularity", "mf"])] == ["mf", "popularity"]
    assert [row.name for row in rows(["all"])] == list(STRATEGIES)
    assert set(GROUPS) & set(STRATEGIES) == set()


def test_the_rows_without_stars_need_none() -> None:
    configs = [config for row in rows(["no-stars"]) for config in walk(row.model)]
    assert not any(needs_stars(config) for config in configs)
    assert any(map(needs_stars, walk(STRATEGIES["mf+minilm"].model)))


def test_unknown_or_no_names_are_errors() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'popularity'"):
        rows(["populairty"])
    with pytest.raises(UserError, match="no strategy"):
        rows([])


def test_one_seed_reaches_every_part_of_a_row() -> None:
    model = reseeded(STRATEGIES["mf+minilm-ft"], 7).model
    assert isinstance(model, BlendConfig)
    mf, content = (part.model for part in model.parts)
    assert isinstance(mf, PMFConfig)
    assert isinstance(content, ContentConfig)
    assert content.text.finetune is not None
    assert (mf.seed, content.text.finetune.seed) == (7, 7)
    assert reseeded(STRATEGIES["mf"], 42) == STRATEGIES["mf"]
