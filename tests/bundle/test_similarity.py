"""The similarity in a bundle: kept to the bit, made for every strategy, not missed where there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from bundle_cases import PLAIN
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.make import make
from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Catalog
from cineblend.data.content import Content
from cineblend.data.dataset import Dataset
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.service.recommender import Recommender


def test_it_is_kept_to_the_bit(plain: Fitted, tmp_path: Path) -> None:
    write(plain, tmp_path / "model")
    kept = read(tmp_path / "model").similarity
    assert kept is not None
    assert plain.similarity is not None
    for num in range(len(plain.catalog)):
        np.testing.assert_array_equal(kept.by_both(num), plain.similarity.by_both(num))


def test_a_strategy_with_text_has_one_too(learned: Fitted, bundle: Path) -> None:
    assert learned.similarity is not None
    assert read(bundle).similarity is not None


def test_a_bundle_without_one_still_answers(plain: Fitted, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    write(replace(plain, similarity=None), folder)
    found = read(folder)
    assert found.similarity is None
    assert Recommender(found).similar(100, 3, "people")


def test_titles_without_words_are_noted(world: Dataset) -> None:
    n = world.n_items
    unnamed = Catalog(world.catalog.items, tuple(f"w{i}" for i in range(n)), np.zeros(n, np.int32), ((),) * n)
    made = make(replace(world, catalog=unnamed), PLAIN, Bench(), with_map=False)
    assert any("use no text" in note for note in made.made_from["notes"])
    assert Recommender(made).similar(100, 3)


def test_it_reads_long_texts_where_there_are_some(world: Dataset) -> None:
    n = world.n_items
    about = ["A bakery opens in Lyon."] * n
    about[1] = about[-1] = "Two climbers cross a glacier."
    content = Content(pl.DataFrame({"text.overview": about}))
    told = replace(world, catalog=replace(world.catalog, content=content))
    plain, read_texts = (make(one, PLAIN, Bench(), with_map=False).similarity for one in (world, told))
    assert plain is not None
    assert read_texts is not None

    def nearness(of: ItemSimilarity) -> float:
        """How near film 1 is to the other film of climbers, less its mean nearness to all."""
        by_text = of.by_text(1)
        return float(by_text[n - 1] - np.delete(by_text, 1).mean())

    assert nearness(read_texts) > nearness(plain) + 0.1
    assert read_texts.config.text_weight > plain.config.text_weight
