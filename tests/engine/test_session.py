"""What is said where Spark cannot start; no session is needed for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cineblend.cli.spark import Engine
from cineblend.comparison.strategies import STRATEGIES, reseeded
from cineblend.engine.fit import spark_strategy
from cineblend.engine.session import require_spark, spark_session
from cineblend.errors import NotAvailableError, UnknownNameError, UserError
from cineblend.models.factors.als_wr import WeightedALSConfig


def test_without_pyspark_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(NotAvailableError, match=r"cineblend\[spark\]"):
        require_spark()


def test_without_java_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailableError, match="openjdk-17"), spark_session():
        pass
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NotAvailableError, match=f"none in JAVA_HOME, {tmp_path}"), spark_session():
        pass


def test_a_strategy_that_spark_cannot_fit_is_refused_with_those_that_it_can() -> None:
    with pytest.raises(UserError, match="als, als-wr, als-explicit"):
        spark_strategy(STRATEGIES["ease"])
    row, notes = spark_strategy(STRATEGIES["als"])
    assert row.name == "als-wr"
    assert "multiplies the regularization" in notes[0]
    assert spark_strategy(reseeded(STRATEGIES["als"], 7))[0].model == WeightedALSConfig(seed=7)
    assert spark_strategy(STRATEGIES["als-explicit"]) == (STRATEGIES["als-explicit"], ())


def test_engines_have_names_and_settings_belong_to_spark() -> None:
    assert Engine("spark", ["spark.master=local[1]"]).is_spark
    assert not Engine().is_spark
    with pytest.raises(UnknownNameError, match="did you mean 'spark'"):
        Engine("sprak")
    with pytest.raises(UserError, match="without --engine spark"):
        Engine("here", ["spark.master=local[1]"])
