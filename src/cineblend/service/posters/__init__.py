"""Posters: a drawn picture for every film, always the same, made from its catalogue entry."""

from __future__ import annotations

from cineblend.service.posters.poster import poster as poster

__all__ = ["poster"]
