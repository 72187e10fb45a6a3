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
from cineblend.text.finetuning.finetune_config import Validation

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


def test_a_number_that_is_missing_is_named() -> None:
    said = to_json(SparseEaseConfig(n_items=7))
    assert from_json(said) == SparseEaseConfig(n_items=7)
    del said["n_items"]
    assert from_json(said) == SparseEaseConfig()  # written before there was such a field
    with pytest.raises(UserError, match="other fields: encoder"):
        from_json({"is": "TextSpec"})
