"""Tabular: a result that is a data frame, and a table in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING, Any

from cineblend.errors import NotAvailableError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class Tabular(ABC):
    """Something that has rows."""

    @abstractmethod
    def to_polars(self) -> pl.DataFrame:
        """All of it as a polars frame."""

    @abstractmethod
    def _shown(self) -> tuple[str, pl.DataFrame]:
        """A caption, and the few rows and columns that a notebook shows."""

    def to_pandas(self) -> pd.DataFrame:
        """All of it as a pandas frame.

        Raises:
            NotAvailableError: pandas or pyarrow is not installed.
        """
        try:
            import pandas
            import pyarrow
        except ImportError as missing:
            raise NotAvailableError(
                f"to_pandas needs pandas and pyarrow: {missing}",
                remedy="pip install 'cineblend[pandas]', or use to_polars",
            ) from missing
        del pandas, pyarrow
        return self.to_polars().to_pandas()

    def _repr_html_(self) -> str:
        caption, frame = self._shown()
        head = "".join(f"<th>{escape(name)}</th>" for name in frame.columns)
        # dir="auto" keeps letters that turn the direction of writing inside their cell.
        body = "".join(
            "<tr>" + "".join(f'<td dir="auto">{escape(_text(value))}</td>' for value in row) + "</tr>"
            for row in frame.iter_rows()
        )
        return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType]
