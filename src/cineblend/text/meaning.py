"""Meaning: films and words as vectors, so that words also find films that say the same in other words."""

from __future__ import annotations

import re
from itertools import chain

import numpy as np

from cineblend.data.catalog import Catalog
from cineblend.errors import UserError
from cineblend.one_blas_thread import one_blas_thread
from cineblend.text.encoders.tfidf import TfidfEncoder
from cineblend.text.features import NoWords, TextFeatures

_JOINTS = """a an and are as at be but by for from has he her his i in into is it its of on or that the their
them they this to was were what when where which who will with"""
STOP = frozenset(_JOINTS.split())
"""Words that hold sentences together."""
_MOST = 20_000
"""Films that the vectors are learned from; of more, this many at even distances."""
_WORD = re.compile(r"\w+")


def learn_meaning(catalog: Catalog) -> TextFeatures:
    """Vectors by latent semantic analysis of genres, keywords and texts; titles only where there is no text.

    They are learned from the catalogue in seconds, and need neither weights nor torch. They have no dimension
    if no word is in two documents.
    """
    documents = meaning_documents(catalog)
    at = np.unique(np.linspace(0, len(documents) - 1, min(len(documents), _MOST)).astype(np.intp))
    try:
        with one_blas_thread():  # On a busy machine several are ten times slower.
            encoder = TfidfEncoder.fit([documents[num] for num in at.tolist()])
            return TextFeatures(encoder.encode(documents), encoder)
    except UserError:  # A catalogue without words.
        return TextFeatures(np.zeros((len(documents), 0), np.float32), NoWords())


def meaning_documents(catalog: Catalog) -> list[str]:
    """A document for each item."""
    content = catalog.content
    keywords = content.labels("keywords")
    texts = [content.text(name) for name in content.texts]
    found: list[str] = []
    for num, title in enumerate(catalog.title):
        said = [text[num] for text in texts if text[num]] or [title]
        found.append(telling_words(" ".join(chain(catalog.genres[num], keywords[num], said))))
    return found


def telling_words(text: str) -> str:
    """The words of a text without those that hold sentences together."""
    return " ".join(word for word in _WORD.findall(text.casefold()) if word not in STOP)
