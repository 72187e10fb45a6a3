"""cineblend: a hybrid recommender that blends what people rated with what films are about."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cineblend.bundle.fitted import Fitted as Fitted
    from cineblend.bundle.make import make as make_model
    from cineblend.bundle.read import read as load_model
    from cineblend.bundle.write import write as save_model
    from cineblend.comparison.experiment import run as run
    from cineblend.comparison.strategies import rows as rows
    from cineblend.comparison.workbench import Bench as Bench
    from cineblend.data.dataset import Dataset as Dataset
    from cineblend.data.load import load as load
    from cineblend.data.table_columns import TableColumns as TableColumns
    from cineblend.data.users import UserBatch as UserBatch
    from cineblend.evaluate.metrics import parse as metric
    from cineblend.evaluate.protocol import protocol as protocol
    from cineblend.models.base import Recommender as Model
    from cineblend.ranking.rank import recommend as recommend
    from cineblend.service.recommender import Recommender as Recommender

    __version__: str

_HOMES = {
    "Bench": ("cineblend.comparison.workbench", "Bench"),
    "Dataset": ("cineblend.data.dataset", "Dataset"),
    "Fitted": ("cineblend.bundle.fitted", "Fitted"),
    "Model": ("cineblend.models.base", "Recommender"),
    "Recommender": ("cineblend.service.recommender", "Recommender"),
    "TableColumns": ("cineblend.data.table_columns", "TableColumns"),
    "UserBatch": ("cineblend.data.users", "UserBatch"),
    "__version__": ("cineblend.environment", "VERSION"),
    "load": ("cineblend.data.load", "load"),
    "load_model": ("cineblend.bundle.read", "read"),
    "make_model": ("cineblend.bundle.make", "make"),
    "metric": ("cineblend.evaluate.metrics", "parse"),
    "protocol": ("cineblend.evaluate.protocol", "protocol"),
    "recommend": ("cineblend.ranking.rank", "recommend"),
    "rows": ("cineblend.comparison.strategies", "rows"),
    "run": ("cineblend.comparison.experiment", "run"),
    "save_model": ("cineblend.bundle.write", "write"),
}

__all__ = [
    "Bench",
    "Dataset",
    "Fitted",
    "Model",
    "Recommender",
    "TableColumns",
    "UserBatch",
    "__version__",
    "load",
    "load_model",
    "make_model",
    "metric",
    "protocol",
    "recommend",
    "rows",
    "run",
    "save_model",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import cineblend`` is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cineblend' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value
