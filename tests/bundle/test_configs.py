"""Configs survive JSON: every row there is, with all its parts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cineblend.bundle.configs import from_json, to_json
from cineblend.errors import UserError
from cineblend.strategies import ROWS, SMALL_LORA, Strategy
from cineblend.text.features import TextSpec
from cineblend.text.finetune_config import Validation


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
