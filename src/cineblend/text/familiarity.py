"""Familiarity: how likely a language model finds a title, which tells how well known the film is."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.encoders.encoder import Embeddings, EncoderSpec
from cineblend.text.encoders.gguf import REMEDY, load_language_model
from cineblend.text.encoders.memory import require_memory
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.encoders.transformer import loading, memory_of, where_to_run

if TYPE_CHECKING:
    import torch

NUMBERS = 2
"""Numbers of a title: mean log-probability of its tokens, log-probability of the year after it."""
BEFORE = "List of the most popular movies of all time:\n1. The Godfather (1972)\n2. "
"""What the model has read when it is asked how the list goes on; chosen on cold-item hold-outs."""
MAX_TOKENS = 64
"""Tokens of a title that are read."""
VARIABLE = "CINEBLEND_FAMILIARITY"
"""Environment variable: 0 asks no language model, where its minutes are not to be spent."""
TOKENS_AT_ONCE = 512
_DECIMALS = 3
"""Numbers are rounded, so that which titles are asked about together seldom moves them."""
_VERSION = 1
"""Of how a text becomes numbers: raised with any change, so that none are taken for those kept before."""
_TITLE_AND_YEAR = re.compile(r"(?P<title>.*?)(?P<year> \(\d{4}\))?", re.DOTALL)

Tokens = list[int]


class Familiarity:
    """log p(title, year | a list of popular films) under a small language model, as two numbers a text.

    A model that read much of the web finds "Toy Story (1995)" likelier than a film few wrote about:
    what Petroni et al. 2019, "Language Models as Knowledge Bases?", ask of facts, asked of fame. It
    knows the world as of its training, so of later films it knows nothing, and of older ones what
    became of them.

    Kept and encoded like an encoder's vectors, but no vectors: their cosine means nothing.

    Args:
        spec: row of an encoder that is a whole language model, in one GGUF file.
        weights: its files.
        device: "auto", "cpu" or "cuda".
    """

    dimension = NUMBERS

    def __init__(self, spec: EncoderSpec, weights: Weights, device: str = "auto") -> None:
        if not weights.gguf:
            raise UserError(
                f"{spec.name} cannot say how likely a title is",
                expected="a language model in one GGUF file",
                remedy="use smollm2-135m",
            )
        self._spec = spec
        self._weights = weights
        self._device = device

    @property
    def fingerprint(self) -> str:
        """Names the weights and the words before a title."""
        before = hashlib.sha256(BEFORE.encode()).hexdigest()
        return f"familiarity={_VERSION} {self._spec.name} weights={self._weights.digest} before={before}"

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), 2) float32 in nats; 0 where a text has no title or no year " (1995)" at its end.

        Raises:
            NotAvailableError: a package is missing, or the machine or GPU has too little memory.
            UserError: the weights make no model.
        """
        if not texts:
            return np.zeros((0, NUMBERS), np.float32)
        with memory_of(self._spec):
            return self._numbers(texts)

    def _numbers(self, texts: Sequence[str]) -> Embeddings:
        found = np.zeros((len(texts), NUMBERS), np.float32)
        titles, years = self._tokens(texts)
        lengths = np.array([len(title) + len(year) for title, year in zip(titles, years, strict=True)])
        for rows in _batches(lengths):
            chances = self._chances([titles[row] + years[row] for row in rows])
            for row, one in zip(rows, chances, strict=True):
                n = len(titles[row])
                found[row] = one[:n].mean() if n else 0, one[n:].sum()
        return np.round(found, _DECIMALS)

    def _tokens(self, texts: Sequence[str]) -> tuple[list[Tokens], list[Tokens]]:
        parts = [_TITLE_AND_YEAR.fullmatch(text) for text in texts]
        titles = [part["title"] if part else "" for part in parts]
        years = [(part["year"] or "") if part else "" for part in parts]
        _, tokenizer, _, _ = self._model
        read = tokenizer(titles, add_special_tokens=False)["input_ids"]
        after = tokenizer(years, add_special_tokens=False)["input_ids"]
        return [one[:MAX_TOKENS] for one in read], after

    def _chances(self, tokens: Sequence[Tokens]) -> list[npt.NDArray[np.float32]]:
        """Log-probability of each token after those before it."""
        import torch

        model, _, before, first = self._model
        width = max(map(len, tokens))
        padded = torch.zeros((len(tokens), width), dtype=torch.long, device=model.device)
        for row, one in enumerate(tokens):
            padded[row, : len(one)] = torch.tensor(one)
        with torch.inference_mode():
            chances = first[padded[:, :1]]
            if width > 1:
                read = copy.deepcopy(before)
                read.batch_repeat_interleave(len(tokens))
                logits = model(input_ids=padded[:, :-1], past_key_values=read, use_cache=True).logits
                next_one = logits.gather(2, padded[:, 1:, None])[..., 0]
                chances = torch.cat([chances, next_one - logits.logsumexp(dim=-1)], dim=1)
        return [chance[: len(one)] for chance, one in zip(chances.cpu().numpy(), tokens, strict=True)]

    @cached_property
    def _model(self) -> tuple[Any, Any, Any, torch.Tensor]:
        """The model, its tokenizer, what it keeps of the words before, and the first token's log-odds."""
        place = where_to_run(self._device)
        try:
            require_memory(self._spec, self._weights, place, "float32")
            import torch

            file = self._weights.folder / self._weights.gguf
            with loading(file, "a language model with its tokenizer"):
                model, tokenizer = load_language_model(file, place)
        except ImportError as error:
            raise NotAvailableError(f"a language model needs {error.name}", remedy=REMEDY) from error
        before = torch.tensor([tokenizer(BEFORE, add_special_tokens=False)["input_ids"]], device=place)
        with torch.inference_mode():
            read = model(input_ids=before, use_cache=True)
            return model, tokenizer, read.past_key_values, read.logits[0, -1].log_softmax(dim=-1)


def _batches(lengths: npt.NDArray[np.intp]) -> Iterator[npt.NDArray[np.intp]]:
    """Rows of like length, of ``TOKENS_AT_ONCE`` tokens with padding; none of rows without a token."""
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    while len(order):
        longest = lengths[order[:TOKENS_AT_ONCE]]
        fit = np.flatnonzero(longest * np.arange(1, len(longest) + 1) <= TOKENS_AT_ONCE)
        n = int(fit[-1]) + 1 if len(fit) else 1
        yield order[:n]
        order = order[n:]
