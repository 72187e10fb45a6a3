"""Profile: a person as frozen values, and the errors about profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.errors import UserError
from cineblend.service.wanted import ItemId

ListName = Literal["watchlist", "hidden", "owned"]


@dataclass(frozen=True)
class Rated:
    """A stored rating.

    Attributes:
        item_id: the film's outside id.
        rating: on the scale of the model at that time.
        rated_at: seconds since 1970.
    """

    item_id: ItemId
    rating: float
    rated_at: int


@dataclass(frozen=True)
class Profile:
    """A person: their ratings and lists.

    Attributes:
        profile_id: a secret; anybody who has it may read and change the profile.
        created_at: seconds since 1970.
        ratings: newest first.
        watchlist: ids of films to watch, newest first.
        hidden: ids of films not to show again, newest first.
        owned: ids of films of the person's own library, newest first.
    """

    profile_id: str
    created_at: int
    ratings: tuple[Rated, ...]
    watchlist: tuple[ItemId, ...]
    hidden: tuple[ItemId, ...]
    owned: tuple[ItemId, ...] = ()

    @property
    def history(self) -> dict[ItemId, float]:
        """Item id to rating, oldest first."""
        return {rated.item_id: rated.rating for rated in reversed(self.ratings)}

    @property
    def times(self) -> dict[ItemId, int]:
        """Item id to the time of its rating."""
        return {rated.item_id: rated.rated_at for rated in self.ratings}


class UnknownProfileError(UserError):
    """The profile does not exist (any more). The message leaves out the id, which is a secret."""

    def __init__(self) -> None:
        super().__init__(
            "there is no such profile",
            expected="the id of a profile that exists on this server",
            remedy="create one with POST /api/v1/profiles",
        )


class ProfileFullError(UserError):
    """A profile has reached the largest number of items."""

    def __init__(self, most: int) -> None:
        super().__init__(f"this profile would have more than {most} items", expected=f"at most {most}")
