"""Posters: a drawn picture for every film, the same each time, made from what the catalogue says of it."""

from __future__ import annotations

from cineblend.service.posters.poster import poster as poster

__all__ = ["poster"]
