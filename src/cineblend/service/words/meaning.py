"""Meaning: films and words as vectors, so that words also find films that say the same in other words."""

from __future__ import annotations

import re
from itertools import chain

import numpy as np
import numpy.typing as npt

from cineblend.errors import UserError
from cineblend.one_blas_thread import one_blas_thread
from cineblend.service.films import Films
from cineblend.service.words.index import STOP
from cineblend.text.encoders.tfidf import TfidfEncoder

_MOST = 20_000
"""Films that the vectors are learned from; of more, this many at even distances."""
_WORD = re.compile(r"\w+")


class Meaning:
    """Vectors by latent semantic analysis of genres, keywords and texts; titles only where there is no text.

    They are learned from the catalogue in seconds, and need neither weights nor torch.

    Args:
        films: the catalogue.
    """

    def __init__(self, films: Films) -> None:
        documents = _documents(films)
        at = np.unique(np.linspace(0, len(documents) - 1, min(len(documents), _MOST)).astype(np.intp))
        self._encoder: TfidfEncoder | None = None
        try:
            with one_blas_thread():  # On a busy machine several are ten times slower.
                self._encoder = TfidfEncoder.fit([documents[num] for num in at.tolist()])
        except UserError:  # A catalogue without words.
            return
        self._vectors = self._encoder.encode(documents)

    def score(self, text: str) -> npt.NDArray[np.float32] | None:
        """(n,) cosines with a text; None if none of its words is known."""
        if self._encoder is None:
            return None
        vector = self._encoder.encode([_bare(text)])[0]
        return np.asarray(self._vectors @ vector, np.float32) if vector.any() else None


def _documents(films: Films) -> list[str]:
    content = films.content
    keywords = content.labels("keywords")
    texts = [content.text(name) for name in content.texts]
    found: list[str] = []
    for num in range(len(films)):
        said = [text[num] for text in texts if text[num]] or [films.title[num]]
        found.append(_bare(" ".join(chain(films.genres_of(num), keywords[num], said))))
    return found


def _bare(text: str) -> str:
    """The words of a text without those that hold sentences together."""
    return " ".join(word for word in _WORD.findall(text.casefold()) if word not in STOP)
