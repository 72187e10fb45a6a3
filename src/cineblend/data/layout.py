"""Layout: the format of a delimited file."""

from __future__ import annotations

from dataclasses import dataclass

from cineblend.errors import UserError

_NAMES = {",": "comma-separated", "\t": "tab-separated", ";": "semicolon-separated", " ": "space-separated"}


@dataclass(frozen=True)
class Layout:
    """The format of a delimited file.

    Attributes:
        separator: text between two values; may be longer than one character.
        quote: encloses values that contain separators or line ends; None if the file has no quotes.
        encoding: "utf-8" (with or without a byte order mark), or another that Python knows.
        header: the column names, for a file without a header line.
        backslash: whether a quote inside quotes is written with a backslash.

    Raises:
        UserError: the separator is empty, or contains a quote or a line end.
    """

    separator: str = ","
    quote: str | None = '"'
    encoding: str = "utf-8"
    header: tuple[str, ...] | None = None
    backslash: bool = False

    def __post_init__(self) -> None:
        if not self.separator or set(self.separator) & {"\r", "\n", self.quote}:
            raise UserError(
                f"{self.separator!r} cannot separate values",
                expected="one or more characters, none of them a quote or a line end",
                remedy="use another separator, such as a comma, a semicolon or a tab",
            )

    @property
    def plain(self) -> bool:
        """Whether polars can read the file directly: UTF-8, with a separator of one byte."""
        return self.encoding == "utf-8" and len(self.separator.encode()) == 1 and not self.backslash

    def __str__(self) -> str:
        name = _NAMES.get(self.separator, f"separated by {self.separator}")
        return f"{name}, {self.encoding.upper()}" + ("" if self.header is None else ", no header line")
