"""Familiarity: a title's likelihood under a language model, a measure of how well known the film is."""

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
"""Numbers per title: mean log-probability of its tokens, and log-probability of the year after it."""
BEFORE = "List of the most popular movies of all time:\n1. The Godfather (1972)\n2. "
"""Prompt before a title; chosen on cold-item hold-outs."""
MAX_TOKENS = 64
"""Maximum number of tokens of a title."""
VARIABLE = "CINEBLEND_FAMILIARITY"
"""Environment variable: 0 switches the language model off, which saves minutes."""
TOKENS_AT_ONCE = 512
_DECIMALS = 3
"""Numbers are rounded, so that they seldom depend on the other titles of a batch."""
_VERSION = 1
"""Version of the computation; raise it with any change, so that cached numbers are not reused."""
_TITLE_AND_YEAR = re.compile(r"(?P<title>.*?)(?P<year> \(\d{4}\))?", re.DOTALL)

Tokens = list[int]


class Familiarity:
    """log p(title, year | a list of popular films) under a small language model, as two numbers per text.

    A model that read much of the web gives "Toy Story (1995)" a higher likelihood than a film with few
    mentions. This applies Petroni et al. 2019, "Language Models as Knowledge Bases?", to fame in place of
    facts. The model knows the world at the time of its training: nothing about later films, and the later
    fame of older ones.

    The numbers are cached like an encoder's vectors, but their cosine has no meaning.

    Args:
        spec: row of an encoder that is a complete language model in one GGUF file.
        weights: the model's files.
        device: "auto", "cpu" or "cuda".
    """

    dimension = NUMBERS

    def __init__(self, spec: EncoderSpec, weights: Weights, device: str = "auto") -> None:
        if not weights.gguf:
            raise UserError(
                f"{spec.name} is not a language model, so it cannot give the likelihood of a title",
                expected="a language model in one GGUF file",
                remedy="use smollm2-135m",
            )
        self._spec = spec
        self._weights = weights
        self._device = device

    @property
    def fingerprint(self) -> str:
        """Names the weights and the prompt."""
        before = hashlib.sha256(BEFORE.encode()).hexdigest()
        return f"familiarity={_VERSION} {self._spec.name} weights={self._weights.digest} before={before}"

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), 2) float32 in nats; 0 for a missing title or a missing trailing year " (1995)".

        Raises:
            NotAvailableError: a package is missing, or the machine or GPU has too little memory.
            UserError: the weights do not form a model.
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
            log_probabilities = self._log_probabilities([titles[row] + years[row] for row in rows])
            for row, log_p in zip(rows, log_probabilities, strict=True):
                n = len(titles[row])
                found[row] = log_p[:n].mean() if n else 0, log_p[n:].sum()
        return np.round(found, _DECIMALS)

    def _tokens(self, texts: Sequence[str]) -> tuple[list[Tokens], list[Tokens]]:
        parts = [_TITLE_AND_YEAR.fullmatch(text) for text in texts]
        titles = [part["title"] if part else "" for part in parts]
        years = [(part["year"] or "") if part else "" for part in parts]
        _, tokenizer, _, _ = self._model
        of_titles = tokenizer(titles, add_special_tokens=False)["input_ids"]
        of_years = tokenizer(years, add_special_tokens=False)["input_ids"]
        return [ids[:MAX_TOKENS] for ids in of_titles], of_years

    def _log_probabilities(self, tokens: Sequence[Tokens]) -> list[npt.NDArray[np.float32]]:
        """Log-probability of each token, given the prompt and the tokens before it."""
        import torch

        model, _, prompt_cache, first = self._model
        width = max(map(len, tokens))
        padded = torch.zeros((len(tokens), width), dtype=torch.long, device=model.device)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = torch.tensor(ids)
        with torch.inference_mode():
            log_p = first[padded[:, :1]]
            if width > 1:
                cache = copy.deepcopy(prompt_cache)
                cache.batch_repeat_interleave(len(tokens))
                logits = model(input_ids=padded[:, :-1], past_key_values=cache, use_cache=True).logits
                following = logits.gather(2, padded[:, 1:, None])[..., 0]
                log_p = torch.cat([log_p, following - logits.logsumexp(dim=-1)], dim=1)
        return [row[: len(ids)] for row, ids in zip(log_p.cpu().numpy(), tokens, strict=True)]

    @cached_property
    def _model(self) -> tuple[Any, Any, Any, torch.Tensor]:
        """The model, its tokenizer, its cache for the prompt, and the first token's log-probabilities."""
        place = where_to_run(self._device)
        try:
            require_memory(self._spec, self._weights, place, "float32")
            import torch

            file = self._weights.folder / self._weights.gguf
            with loading(file, "a language model with its tokenizer"):
                model, tokenizer = load_language_model(file, place)
        except ImportError as error:
            raise NotAvailableError(
                f"a language model needs the package {error.name}: {error}", remedy=REMEDY
            ) from error
        prompt = torch.tensor([tokenizer(BEFORE, add_special_tokens=False)["input_ids"]], device=place)
        with torch.inference_mode():
            output = model(input_ids=prompt, use_cache=True)
            return model, tokenizer, output.past_key_values, output.logits[0, -1].log_softmax(dim=-1)


def _batches(lengths: npt.NDArray[np.intp]) -> Iterator[npt.NDArray[np.intp]]:
    """Batches of rows of similar length, up to ``TOKENS_AT_ONCE`` padded tokens; skip rows without tokens."""
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    while len(order):
        longest = lengths[order[:TOKENS_AT_ONCE]]
        fit = np.flatnonzero(longest * np.arange(1, len(longest) + 1) <= TOKENS_AT_ONCE)
        n = int(fit[-1]) + 1 if len(fit) else 1
        yield order[:n]
        order = order[n:]
