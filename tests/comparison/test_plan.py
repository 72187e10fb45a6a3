"""Plan: small data gets rows as they are, larger data other parts, and what cannot fit is refused at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benches import FakeBench
from cineblend.comparison import plan as planning
from cineblend.comparison.fit_seconds import fit_seconds
from cineblend.comparison.plan import plan, planned
from cineblend.comparison.speed import REFERENCE, Speed
from cineblend.comparison.strategies import STRATEGIES, reseeded
from cineblend.data.shape import Shape
from cineblend.errors import NotAvailableError, UserError
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.base import ModelConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.learned_blend.config import Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacentConfig
from cineblend.text.encoders.memory import free_mb
from worlds import checkerboard

SMALL = Shape(610, 9_724, 100_836)
MIDDLE = Shape(6_040, 3_706, 1_000_209)
LARGE = Shape(200_948, 84_432, 32_000_204)
BLEND = STRATEGIES["cineblend"]


@pytest.fixture(autouse=True)
def _roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "free_mb", lambda: 24_000.0)


@pytest.fixture(autouse=True)
def _one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "speed", lambda: REFERENCE)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_small_data_gets_every_row_as_it_is(name: str) -> None:
    assert plan(STRATEGIES[name], SMALL).strategy == STRATEGIES[name]


def model_for(shape: Shape, name: str = "cineblend") -> RankerConfig:
    model = plan(STRATEGIES[name], shape).strategy.model
    assert isinstance(model, RankerConfig)
    return model


def test_a_million_ratings_get_the_same_parts_and_a_stronger_lambda() -> None:
    model, whole = model_for(MIDDLE), BLEND.model
    assert isinstance(whole, RankerConfig)
    assert [part.name for part in model.parts] == [part.name for part in whole.parts]
    strengths = [part.model.regularization for part in model.parts if isinstance(part.model, EaseConfig)]
    assert strengths[0] == pytest.approx(100 * (6_040 / 610) ** 0.3, abs=0.1)
    dated = [part.model for part in model.parts if isinstance(part.model, DatedAdjacentConfig)]
    assert dated
    assert all(one.n_pairs > 0 for one in dated)
    (runs,) = [part.model for part in model.parts if isinstance(part.model, SparseEaseConfig)]
    assert runs.regularization == pytest.approx(50 * (6_040 / 610) ** 0.3, abs=0.1)
    assert isinstance(model.cold, CarriedConfig)
    assert model.cold.targets == model.parts[0].model


@pytest.mark.parametrize(("name", "text"), [("cineblend", True), ("cineblend-no-text", False)])
def test_large_data_gets_parts_that_fit(name: str, text: bool) -> None:
    chosen = plan(STRATEGIES[name], LARGE)
    model = model_for(LARGE, name)
    ease = model.parts[0].model
    assert isinstance(ease, SparseEaseConfig)
    assert ease.n_items == model.n_pool == 16_000
    assert bool(ease.text) == (model.cold is not None) == text
    assert chosen.n_bytes < 12e9
    assert 0 < chosen.seconds < 3600
    said = str(chosen)
    for word in ("cineblend", "16000 most rated", "ease", "GB", "minutes"):
        assert word in said
    asked = str(plan(STRATEGIES["cineblend-max"], LARGE))
    assert "no language model is asked" in asked
    assert "no language model is asked" not in said


@pytest.mark.parametrize(
    "shape",
    [
        Shape(16_554, 10_506, 100_000, 10_506),
        Shape(20_000, 500, 100_000, 500),
        Shape(300, 30_000, 100_000, 30_000),
        Shape(40_000, 12_000, 90_000, 12_000),
    ],
)
def test_no_shape_of_a_hundred_thousand_ratings_takes_ten_minutes(shape: Shape) -> None:
    assert isinstance(BLEND.model, RankerConfig)
    chosen = plan(BLEND, shape)
    assert 0 < chosen.seconds < 300
    assert fit_seconds(BLEND.model, shape, REFERENCE) > chosen.seconds
    assert chosen.chosen
    model = model_for(shape)
    assert [part.name for part in model.parts] == [part.name for part in BLEND.model.parts]


def test_where_neither_people_nor_films_are_few_ease_is_of_the_most_rated() -> None:
    many = model_for(Shape(16_554, 10_506, 100_000, 10_506))
    assert isinstance(many.parts[0].model, SparseEaseConfig)
    assert 2000 <= many.parts[0].model.n_items < 6000
    assert isinstance(many.cold, CarriedConfig)
    assert many.cold.targets == many.parts[0].model
    assert isinstance(model_for(Shape(300, 30_000, 100_000)).parts[0].model, EaseConfig)


def test_what_is_chosen_is_the_same_on_a_slower_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = Shape(16_554, 10_506, 100_000, 10_506)
    here = plan(BLEND, shape)
    monkeypatch.setattr(planning, "speed", lambda: Speed(REFERENCE.flops / 4, REFERENCE.moves / 4))
    slower = plan(BLEND, shape)
    assert slower.strategy == here.strategy
    assert slower.seconds == pytest.approx(4 * here.seconds)


def test_asking_a_language_model_costs_memory() -> None:
    shape = replace(SMALL, n_ratings=1_000_000, n_catalogue=11_000)
    asked = STRATEGIES["cineblend-max"]
    assert isinstance(asked.model, RankerConfig)
    unasked = replace(asked, model=replace(asked.model, familiar_to=""))
    assert plan(asked, shape).n_bytes - plan(unasked, shape).n_bytes > 500e6


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (SparseEaseConfig(2000), SparseEaseConfig(2000, run=16)),
        (SparseEaseConfig(1000), SparseEaseConfig(2000)),
        (SparseEaseConfig(2000, 10), SparseEaseConfig(2000, 400)),
        (DatedAdjacentConfig(5), DatedAdjacentConfig(10)),
        (MultVAEConfig(1000), MultVAEConfig(2000)),
        (MultVAEConfig(n_nets=2), MultVAEConfig(n_nets=4)),
        (MultVAEConfig(n_factors=100), MultVAEConfig(n_factors=200)),
        (DatedAdjacentConfig(5, n_pairs=10), DatedAdjacentConfig(5)),
    ],
)
def test_what_a_part_needs_is_planned_for(less: ModelConfig, more: ModelConfig) -> None:
    needed = [plan(replace(BLEND, model=model), MIDDLE).n_bytes for model in (less, more)]
    assert needed[0] < needed[1]


def test_more_films_to_invert_take_longer() -> None:
    assert isinstance(BLEND.model, RankerConfig)
    seconds: list[float] = []
    for n_items in (1000, 3000):
        parts = (*BLEND.model.parts, Part("new", SparseEaseConfig(n_items)))
        seconds.append(plan(replace(BLEND, model=replace(BLEND.model, parts=parts)), MIDDLE).seconds)
    assert seconds[0] < seconds[1]


def test_more_people_and_nets_take_longer() -> None:
    assert isinstance(BLEND.model, RankerConfig)
    seconds: list[float] = []
    for n_nets, n_users in ((4, 3000), (4, 6000), (8, 6000)):
        parts = (*BLEND.model.parts, Part("new", MultVAEConfig(n_nets=n_nets)))
        shape = replace(MIDDLE, n_users=n_users)
        seconds.append(plan(replace(BLEND, model=replace(BLEND.model, parts=parts)), shape).seconds)
    assert seconds == sorted(set(seconds))


def test_parts_are_fitted_one_after_the_other() -> None:
    """What one needs while it is fitted is free again for the next; what it keeps is not."""
    assert isinstance(BLEND.model, RankerConfig)
    runs = SparseEaseConfig(3000, run=150)
    sizes: list[int] = []
    for n in range(3):
        parts = (*BLEND.model.parts, *(Part(f"runs {at}", runs) for at in range(n)))
        sizes.append(plan(replace(BLEND, model=replace(BLEND.model, parts=parts)), MIDDLE).n_bytes)
    assert sizes[1] - sizes[0] > 5e9
    assert 0 < sizes[2] - sizes[1] < 0.1e9


def test_the_seed_goes_along() -> None:
    model = plan(reseeded(BLEND, 7), LARGE).strategy.model
    assert isinstance(model, RankerConfig)
    assert model.seed == 7
    assert {part.model.seed for part in model.parts if isinstance(part.model, ALSConfig)} == {7}


@pytest.mark.parametrize("name", ["ease", "ease+text", "ease+prior"])
def test_what_cannot_fit_is_refused_with_what_would(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "free_mb", lambda: 8_000.0)
    with pytest.raises(NotAvailableError, match=r"does not fit.*8\.0 GB.*\n.*GB.*\n.*cineblend.*als"):
        plan(STRATEGIES[name], LARGE)
    assert plan(STRATEGIES["als"], LARGE).n_bytes < 8e9


def test_who_does_not_say_how_much_is_free_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "free_mb", lambda: None)
    assert plan(STRATEGIES["ease"], LARGE).n_bytes > 50e9


@pytest.mark.parametrize("name", ["ease", "cineblend"])
def test_the_fit_of_a_row_that_does_not_fit_says_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "free_mb", lambda: 1e-3)
    said: list[str] = []
    (row,) = planned([STRATEGIES[name]], checkerboard(), said.append)
    assert (row.name, said) == (name, [])
    with pytest.raises(NotAvailableError, match="does not fit") as refused:
        row.model.build(FakeBench())
    assert f"the strategy {name}" not in str(refused.value)


def test_a_plan_is_said_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning.Shape, "of", lambda _: LARGE)
    said: list[str] = []
    (row,) = planned([BLEND], checkerboard(), said.append)
    assert row.notes
    assert row.notes[0] in said[0]
    assert replace(row, notes=()) != BLEND


def test_a_row_with_a_note_of_its_own_is_not_said_to_be_planned() -> None:
    said: list[str] = []
    (row,) = planned([STRATEGIES["cold"]], checkerboard(), said.append)
    assert (row, said) == (STRATEGIES["cold"], [])


@pytest.mark.parametrize("said", ["a lot", "0", "-1", "inf", "nan"])
def test_an_amount_of_memory_that_means_nothing_is_refused(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINEBLEND_MEMORY_GB", said)
    with pytest.raises(UserError, match="CINEBLEND_MEMORY_GB"):
        free_mb()


def test_no_more_memory_is_planned_with_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEBLEND_MEMORY_GB", "0.001")
    assert free_mb() == 1.0
