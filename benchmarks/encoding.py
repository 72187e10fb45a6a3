"""Benchmark: encoding every text of a dataset, ours against plain ``SentenceTransformer.encode``.

    python benchmarks/encoding.py [--data ml-latest-small] [--encoder minilm] [--repeat 3] [--texts 0]

One process, one thread setting, the sides taking turns; the ratio is of their medians. The exact
vectors must equal the plain ones to a cosine of 0.9999, the fast ones to 0.999 (int8: 0.9), or the
benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable

import numpy as np
from sentence_transformers import SentenceTransformer

from cineblend.data.load import load
from cineblend.text.document import documents
from cineblend.text.encoders.encoder import Embeddings, encoder_spec
from cineblend.text.encoders.fast import cpu_has_bfloat16
from cineblend.text.encoders.transformer import TransformerEncoder
from cineblend.text.encoders.weights import locate

PLAIN_BATCH = 64
LEAST_COSINE = {"exact": 0.9999, "fast": 0.999 if cpu_has_bfloat16() else 0.9}


def main() -> None:
    """Run it and print JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="ml-latest-small")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--texts", type=int, default=0, help="only so many, drawn at random; 0 for all")
    asked = parser.parse_args()

    texts = documents(load(asked.data), "study")
    if asked.texts:
        texts = np.random.default_rng(0).permutation(texts)[: asked.texts].tolist()
    spec = encoder_spec(asked.encoder)
    weights = locate(spec)
    plain = SentenceTransformer(str(weights.folder), device="cpu")

    def encode_plainly(texts: list[str]) -> Embeddings:
        return plain.encode(texts, batch_size=PLAIN_BATCH, normalize_embeddings=True)

    sides: dict[str, Callable[[list[str]], Embeddings]] = {
        "plain": encode_plainly,
        "exact": TransformerEncoder(spec, weights, "cpu").encode,
        "fast": TransformerEncoder(spec, weights, "cpu", fast=True).encode,
    }
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    vectors: dict[str, Embeddings] = {}
    for encode in sides.values():
        encode(texts[:PLAIN_BATCH])
    for _ in range(asked.repeat):
        for name, encode in sides.items():
            start = time.perf_counter()
            vectors[name] = encode(texts)
            seconds[name].append(time.perf_counter() - start)
    cosine = {name: float((vectors[name] * vectors["plain"]).sum(axis=1).min()) for name in LEAST_COSINE}
    median = {name: statistics.median(times) for name, times in seconds.items()}
    result = {
        "texts": len(texts),
        "fast_in": "bfloat16" if cpu_has_bfloat16() else "int8",
        "load_average": os.getloadavg()[0],
        "seconds": median,
        "texts_per_second": {name: len(texts) / median[name] for name in sides},
        "times_plain": {name: median["plain"] / median[name] for name in LEAST_COSINE},
        "least_cosine": cosine,
    }
    print(json.dumps(result, indent=2))
    for name, least in LEAST_COSINE.items():
        if cosine[name] < least:
            raise SystemExit(f"{name}: a vector has a cosine of {cosine[name]:.5f}, below {least}")


if __name__ == "__main__":
    main()
