"""Encoding on Spark: texts to vectors on every worker, and back into the embedding store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cineblend.engine.arrow import Batches, map_batches, rows_of
from cineblend.errors import CineblendError, UserError
from cineblend.paths import cache_dir
from cineblend.text.embeddings.exchange import Origin, export_vectors, origin
from cineblend.text.embeddings.store import EmbeddingStore, as_keys, checked, text_keys
from cineblend.text.encoders.encoder import EncoderSpec
from cineblend.text.encoders.loading import open_encoder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SCHEMA = "key binary, vector array<float>, encoder string"


def encode_texts(
    texts: DataFrame, spec: EncoderSpec, *, column: str = "text", device: str = "auto", fast: bool = False
) -> DataFrame:
    """Compute the vectors of a frame's distinct texts.

    Each partition opens the encoder once, by its pinned row, from the weights on its own machine; nothing is
    downloaded. Use as many partitions as there are devices, or a few times that.

    Args:
        texts: one row per text; missing texts are left out.
        spec: the encoder; not one that is fitted to a catalogue.
        column: the column with the text.
        device: "auto", "cpu" or "cuda".
        fast: on a CPU, encode faster, with vectors that are not equal bit for bit.

    Returns:
        One row per distinct text: key (its sha256), vector, and encoder (JSON that names it exactly). Write
            the
        rows as Parquet; ``export_frame`` brings them into an embedding store. Missing weights fail the job
        with the message of ``NotAvailableError``, vectors with NaN or infinity with that of
        ``CineblendError``.

    Raises:
        UserError: the encoder is a fitted one, or the column is missing.
    """
    if spec.kind == "fitted":
        raise UserError(
            f"{spec.name} is fitted to a catalogue, so its parts cannot be encoded separately",
            expected="an encoder with weights of its own",
            remedy="encode it on one machine",
        )
    if column not in texts.columns:
        raise UserError(f"there is no column {column!r}", expected="one of " + ", ".join(texts.columns))
    parts = texts.rdd.getNumPartitions()
    distinct = texts.select(texts[column].cast("string").alias("text")).dropna().distinct()
    return map_batches(distinct.repartition(parts), _encoder(spec, device, fast=fast), SCHEMA)


def export_frame(vectors: DataFrame, folder: Path) -> Origin:
    """Fetch the result of ``encode_texts`` and write it as ``cineblend export-embeddings`` does.

    After ``cineblend import-embeddings FOLDER``, every strategy with this encoder uses the vectors.

    Args:
        vectors: the frame, or its Parquet files read again.
        folder: created if missing; an earlier export in it is replaced.

    Raises:
        CineblendError: there are no vectors, or they are from several encoders.
        UserError: the folder cannot be written.
    """
    said = [row[0] for row in vectors.select("encoder").distinct().limit(2).collect()]
    if len(said) != 1:
        raise CineblendError(
            f"the vectors are from {'several encoders' if said else 'no text'}",
            expected="texts encoded by one encoder, with the same weights on every worker",
        )
    made_by = Origin(**json.loads(said[0]))
    table = vectors.select("key", "vector").toArrow()
    keys = as_keys(np.frombuffer(b"".join(table.column("key").to_pylist()), np.uint8).reshape(-1, 32))
    export_vectors(made_by, keys, rows_of(table.column("vector")), folder)
    return made_by


def _encoder(spec: EncoderSpec, device: str, *, fast: bool) -> Callable[[Batches], Batches]:
    def encode(batches: Batches) -> Batches:
        import pyarrow as pa

        encoder, said = None, ""
        for batch in batches:
            texts: list[str] = batch.column("text").to_pylist()
            if not texts:
                continue
            if encoder is None:
                store = EmbeddingStore(cache_dir() / "embeddings")
                encoder = open_encoder(
                    spec, store, device=device, on_note=lambda _: None, fast=fast, download=False
                )
                said = json.dumps(asdict(origin(spec, encoder)))
            vectors = checked(encoder.encode(texts), len(texts), encoder)
            offsets = np.arange(len(texts) + 1, dtype=np.int32) * encoder.dimension
            # numpy drops zero bytes at the end of a key
            keys = [bytes(key).ljust(32, b"\0") for key in text_keys(texts)]
            yield pa.record_batch(
                [
                    pa.array(keys, pa.binary()),
                    pa.ListArray.from_arrays(offsets, pa.array(vectors.ravel())),
                    pa.array([said] * len(texts)),
                ],
                ["key", "vector", "encoder"],
            )

    return encode
