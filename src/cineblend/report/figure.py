"""Shared drawing code: colours, an empty figure, the look of a panel, and PNG output."""

# matplotlib types its **kwargs as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cineblend.errors import NotAvailableError
from cineblend.report.reading import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's blue. The charts' other colours are theirs too, so colour-blind readers can tell them apart.
MEASURED, INK, MUTED, GRID = "#0072B2", "#1B1F24", "#57606A", "#E3E6EA"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of the project's look; sizes in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=150, facecolor="white")


def png(figure: Figure) -> bytes:
    """The figure as a PNG file's bytes. A glyph that the font lacks is drawn as a box."""
    import warnings

    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def require_matplotlib() -> None:
    """Check that matplotlib can be imported.

    Raises:
        NotAvailableError: it is not installed.
    """
    try:
        import matplotlib  # noqa: F401  # pyright: ignore[reportUnusedImport]  # proves it is there
    except ImportError as error:
        raise NotAvailableError(
            "drawing a chart needs matplotlib, which is not installed",
            remedy='pip install "cineblend[report]"',
        ) from error


def style_axes(axes: Axes) -> None:
    """The look of every panel: no box, a light grid behind, small grey ticks."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=MUTED)
    axes.set_axisbelow(True)


def cut(text: str, width: int) -> str:
    """``text`` made printable and cut at ``width`` characters."""
    text = printable(text)
    return text if len(text) <= width else text[: width - 1] + "…"
