"""Constants: numbers that several parts of the package must agree on."""

from __future__ import annotations

SEED = 42
"""Drives whatever is drawn at random, where nobody says otherwise."""
LIKED_SHARE = 0.8
"""A film counts as liked from this share of the highest rating on: 4 of 5."""
DAY = 86_400
"""Seconds of a day."""
YEAR = 365.25 * DAY
"""Seconds of a mean year."""
TEXT_WEIGHT = 0.15
"""Share of the text in the score of a list, where nobody says otherwise."""
