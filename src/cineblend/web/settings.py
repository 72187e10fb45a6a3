"""Settings of the service: from the command line or CINEBLEND_* variables, checked before anything starts."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Annotated, Self

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cineblend.errors import UserError
from cineblend.service.exports.reading import LARGEST

SHORTEST_KEY = 16
"""Characters of a key: shorter ones can be tried out."""
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def default_database() -> Path:
    """Where people are kept if nothing else is said: the user's data folder."""
    return Path(platformdirs.user_data_dir("cineblend")) / "people.db"


class Settings(BaseSettings):
    """What the service needs to know.

    Attributes:
        model: the bundle to serve.
        database: the SQLite file with people's ratings.
        host: address to bind.
        port: port to bind, 0 for any free one.
        api_key: what a caller must show; None on loopback for no key.
        allowed_hosts: names by which the service may be called, beside its address and loopback's.
        tmdb_key: a key for TMDB's posters; None for drawn ones and no outbound connection at all.
        rate_limit: requests one address may make, as "100/second"; by default generous on loopback.
        max_body: bytes of a request, JSON.
        max_upload: bytes of an uploaded file with its envelope.
        reload_seconds: how often the bundle's manifest is looked at; 0 for never.
        progress: the file that tells of a better model being fitted meanwhile; None where none is.
    """

    model_config = SettingsConfigDict(env_prefix="CINEBLEND_", extra="ignore", frozen=True)

    model: Path
    database: Path = Field(default_factory=default_database)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_key: SecretStr | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
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

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _reachable_only_with_a_key(self) -> Self:
        if self.api_key is None and not is_loopback(self.host):
            raise UserError(
                f"--host {self.host} lets other machines in, and there is no key",
                expected="a loopback address, or a key that callers must show",
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
    def rates(self) -> str:
        """The rate limit in force."""
        return self.rate_limit or ("2000/second" if is_loopback(self.host) else "30/second")

    @property
    def hosts(self) -> frozenset[str]:
        """Names and addresses a request may be for, in lower case, without ports."""
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
