"""Settings of the service, from the command line or CINEBLEND_* variables, checked before anything starts."""

from __future__ import annotations

import ipaddress
import re
import socket
from pathlib import Path
from typing import Annotated, Self

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cineblend.errors import UserError
from cineblend.service.exports.rows import LARGEST

SHORTEST_KEY = 16
"""Shortest key in characters: shorter ones can be guessed."""
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:[0-9]{1,5})?", re.IGNORECASE)
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def default_database() -> Path:
    """Default path of the people database: the user's data folder."""
    return Path(platformdirs.user_data_dir("cineblend")) / "people.db"


class Settings(BaseSettings):
    """The settings of the service.

    Attributes:
        model: the bundle to serve.
        database: the SQLite file with people's ratings.
        host: address to bind.
        port: port to bind, 0 for any free one.
        api_key: key that callers must send; None on loopback for no key.
        allowed_hosts: host names of the service, besides its address and loopback's.
        allowed_origins: origins whose pages may call the API from a browser (CORS); none by default.
        framed_by: origins whose pages may embed the widgets; without any, there are no widgets.
        tmdb_key: a key for TMDB's posters; None for drawn ones and no outbound connection at all.
        rate_limit: requests per address, such as "100/second"; generous on loopback by default.
        max_body: largest JSON request in bytes.
        max_upload: largest upload in bytes, with its envelope.
        reload_seconds: seconds between checks of the bundle's manifest; 0 for never.
        progress: file with the progress of a better model that is being fitted; None if there is none.
    """

    model_config = SettingsConfigDict(env_prefix="CINEBLEND_", extra="ignore", frozen=True)

    model: Path
    database: Path = Field(default_factory=default_database)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_key: SecretStr | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    framed_by: Annotated[tuple[str, ...], NoDecode] = ()
    tmdb_key: SecretStr | None = None
    rate_limit: str = ""
    max_body: int = Field(default=2 * 2**20, ge=1024)
    max_upload: int = Field(default=LARGEST + 2**16, ge=1024)
    reload_seconds: float = Field(default=2.0, ge=0, allow_inf_nan=False)
    progress: Path | None = None

    @field_validator("api_key", "tmdb_key")
    @classmethod
    def _empty_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value().strip() else None

    @field_validator("allowed_hosts", "allowed_origins", "framed_by", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("allowed_origins", "framed_by")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _ORIGIN.fullmatch(one):
                raise UserError(
                    f"the origin is {one!r}",
                    expected="scheme and host, such as https://films.example or http://localhost:3000",
                )
        return tuple(one.lower() for one in value)

    @model_validator(mode="after")
    def _reachable_only_with_a_key(self) -> Self:
        if self.api_key is None and not is_loopback(self.host):
            raise UserError(
                f"--host {self.host} opens the service to other machines, and there is no key",
                expected="a loopback address, or a key that callers must send",
                remedy="set CINEBLEND_API_KEY to a long random text, or leave --host out",
            )
        if self.api_key is not None and len(self.api_key.get_secret_value()) < SHORTEST_KEY:
            raise UserError(
                f"CINEBLEND_API_KEY has fewer than {SHORTEST_KEY} characters",
                expected="a long random text",
                remedy="python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            )
        return self

    @property
    def callers_are_operators(self) -> bool:
        """Whether who may call may change the model: they hold the key, or sit at this machine."""
        return self.api_key is not None or not (self.allowed_hosts or self.allowed_origins)

    @property
    def rates(self) -> str:
        """The rate limit in force."""
        return self.rate_limit or ("2000/second" if is_loopback(self.host) else "30/second")

    @property
    def hosts(self) -> frozenset[str]:
        """Host names and addresses that a request may name, in lower case, without ports."""
        own = {self.host, *LOOPBACK_NAMES}
        if not is_loopback(self.host):
            own.add(socket.gethostname())
        return frozenset(name.lower() for name in (*own, *self.allowed_hosts))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
