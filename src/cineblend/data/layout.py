"""Layout: how a delimited file is written."""

from __future__ import annotations

from dataclasses import dataclass

from cineblend.errors import UserError


@dataclass(frozen=True)
class Layout:
    """How a delimited file is written.

    Attributes:
        separator: what stands between two values; may be longer than one character.
        quote: what encloses a value that holds separators or line ends; None where nothing does.
        encoding: "utf-8" (with or without a byte order mark) or "latin-1".
        header: the columns' names, for a file without a header line.

    Raises:
        UserError: the separator is empty, or holds a quote or a line end.
    """

    separator: str = ","
    quote: str | None = '"'
    encoding: str = "utf-8"
    header: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.separator or set(self.separator) & {"\r", "\n", self.quote}:
            raise UserError(
                f"{self.separator!r} cannot separate values",
                expected="one or more characters, none of them a quote or a line end",
            )

    @property
    def plain(self) -> bool:
        """Whether polars reads the file as it is: UTF-8, with a separator of one byte."""
        return self.encoding == "utf-8" and len(self.separator.encode()) == 1
