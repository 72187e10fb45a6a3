"""Configs survive JSON: every row there is, with all its parts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cineblend.bundle.configs import from_json, kinds, to_json
from cineblend.comparison.strategies import ROWS, SMALL_LORA, Strategy
from cineblend.errors import UserError
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.text.features import TextSpec
from cineblend.text.finetuning.finetune_config import FinetuneConfig, Validation

IN_RELEASED_BUNDLES = [
    "ALSConfig",
    "Adapter",
    "AdjacentConfig",
    "BiasConfig",
    "BlendConfig",
    "BlendPart",
    "BoostConfig",
    "CarriedConfig",
    "ColdConfig",
    "ContentConfig",
    "DatedAdjacentConfig",
    "EaseConfig",
    "EasePriorConfig",
    "FinetuneConfig",
    "Imitation",
    "Interactions",
    "ItemKNNConfig",
    "ItemSimilarityConfig",
    "MultVAEConfig",
    "NextConfig",
    "OrderConfig",
    "PMFConfig",
    "Part",
    "PeriodConfig",
    "PopularityConfig",
    "ProjectionConfig",
    "RandomWalkConfig",
    "RankerConfig",
    "RecentConfig",
    "SparseEaseConfig",
    "TextRidgeConfig",
    "TextSpec",
    "UserKNNConfig",
    "Validation",
    "WeightedALSConfig",
]


def test_every_name_that_a_bundle_may_have_is_known() -> None:
    assert set(IN_RELEASED_BUNDLES) <= set(kinds())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_rows_config_comes_back_equal(row: Strategy) -> None:
    assert from_json(json.loads(json.dumps(to_json(row.model)))) == row.model


@pytest.mark.parametrize("validation", [None, Validation("users")])
def test_a_tuned_text_comes_back_equal(validation: Validation | None) -> None:
    text = TextSpec("minilm", finetune=replace(SMALL_LORA, validation=validation))
    assert from_json(json.loads(json.dumps(to_json(text)))) == text


def test_what_is_no_config_cannot_be_written() -> None:
    with pytest.raises(UserError, match="a Strategy cannot be written"):
        to_json(ROWS[0])


def test_an_option_that_came_later_is_off_where_a_file_does_not_have_it() -> None:
    said = to_json(FinetuneConfig(epochs=3))
    del said["imitation"]
    assert from_json(said) == FinetuneConfig(epochs=3)
    del said["epochs"]
    with pytest.raises(UserError, match="other fields: epochs"):
        from_json(said)


def test_a_number_that_is_missing_is_named() -> None:
    said = to_json(SparseEaseConfig(n_items=7))
    assert from_json(said) == SparseEaseConfig(n_items=7)
    del said["n_items"]
    with pytest.raises(UserError, match="other fields: n_items"):
        from_json(said)
