"""``cineblend embed``, ``export-embeddings`` and ``import-embeddings``: vectors made once, kept, carried."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.cli import options
from cineblend.cli.own_tables import OwnTables
from cineblend.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from cineblend.data.table_columns import TableColumns
    from cineblend.text.encoders.encoder import Embeddings, EncoderSpec, TextEncoder

EMBED_EXAMPLE = "Example: [bold]cineblend embed --data ml-latest-small --encoder minilm[/bold]"
EXPORT_EXAMPLE = (
    "Example: [bold]cineblend export-embeddings --data ml-latest-small --encoder qwen3-4b --out qwen[/bold]"
)
IMPORT_EXAMPLE = "Example: [bold]cineblend import-embeddings qwen[/bold]"
DTYPES = ("float32", "bfloat16", "float16")
RULES = ("default", "study", "facts", "all")

Encoder = Annotated[
    str,
    typer.Option(
        "--encoder", "-e", metavar="NAME|DIR|ORG/NAME@COMMIT", help="See [bold]cineblend encoders[/bold]."
    ),
]


@dataclass(frozen=True)
class Encoding:
    """Which texts, and how they become vectors."""

    data: options.Data = "ml-latest-small"
    document: Annotated[
        str,
        typer.Option(
            metavar="default|study|facts|all",
            help="Which texts: without the tags on test pairs, with, with the year and no tags, all three.",
        ),
    ] = "all"
    protocol: Annotated[
        str, typer.Option(metavar="NAME", help="The split that says which tags are on test pairs.")
    ] = "study"
    seed: options.Seed = None
    dim: Annotated[
        int, typer.Option("--dim", min=0, help="Keep so many numbers of a vector (Matryoshka); 0 for all.")
    ] = 0
    dtype: Annotated[
        str | None,
        typer.Option(metavar="|".join(DTYPES), help="Number format; the encoder's own if not named."),
    ] = None
    device: Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="Where the encoder runs.")] = "auto"
    fast: Annotated[
        bool, typer.Option("--fast", help="On a CPU: bfloat16 where it is native; not bit for bit the same.")
    ] = False
    download: Annotated[
        bool, typer.Option("--download", help="Fetch the weights, however large they are.")
    ] = False

    def __post_init__(self) -> None:
        options.device(self.device)
        if self.document not in RULES:
            raise UnknownNameError("document rule", self.document, RULES)


def embed(
    *,
    encoder: Encoder,
    how: Encoding,
    own: OwnTables,
) -> None:
    """Turn a dataset's texts into vectors and keep them; stopped, it goes on where it was."""
    spec = _spec(encoder, how.dtype)
    texts = _texts(how, own.columns())
    _embed(spec, texts, how)


def export(
    *,
    encoder: Encoder,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder that gets them.")],
    how: Encoding,
    own: OwnTables,
) -> None:
    """Write a dataset's vectors to a folder for another machine, encoding what is not kept yet.

    The folder holds no text, only the sha256 of each.
    """
    from cineblend.files import writable_directory
    from cineblend.text.embeddings.exchange import export_embeddings, origin

    spec = _spec(encoder, how.dtype)
    if spec.projection:
        raise UserError(
            f"{encoder} is a map on the vectors of {spec.name}",
            expected="an encoder",
            remedy=f"export the vectors of {spec.name}, and copy the folder {encoder} besides",
        )
    writable_directory(out)
    texts = _texts(how, own.columns())
    made_by, vectors = _embed(spec, texts, how)
    typer.echo(export_embeddings(origin(spec, made_by), texts, vectors, out))


def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What export-embeddings wrote.")],
) -> None:
    """Verify vectors made on another machine and keep them: rows use them where the weights are missing."""
    from cineblend.paths import cache_dir
    from cineblend.text.embeddings.exchange import import_embeddings
    from cineblend.text.embeddings.store import EmbeddingStore

    made_by, n_texts = import_embeddings(folder, EmbeddingStore(cache_dir() / "embeddings"))
    typer.echo(
        f"{n_texts} texts × {made_by.dimension}, {made_by.name} in {made_by.dtype}, "
        f"weights sha256 {made_by.weights}"
    )


def _spec(encoder: str, dtype: str | None) -> EncoderSpec:
    from cineblend.text.encoders.encoder import encoder_spec

    spec = encoder_spec(encoder)
    if spec.kind == "fitted":
        raise UserError(
            f"{spec.name} is fitted to each catalogue as a row runs; there is nothing to embed before",
            expected="an encoder with weights: see `cineblend encoders`",
        )
    if dtype is None:
        return spec
    if dtype not in DTYPES:
        raise UnknownNameError("number format", dtype, DTYPES)
    if spec.kind == "static" and dtype != spec.dtype:
        raise UserError(f"{spec.name} has no {dtype}", expected=spec.dtype)
    # The row's memory is for the row's own format.
    width = {"float32": 4}
    memory_mb = spec.memory_mb * width.get(dtype, 2) // width.get(spec.dtype, 2)
    return replace(spec, dtype=dtype, memory_mb=memory_mb)


def _texts(how: Encoding, columns: TableColumns | None) -> list[str]:
    """The distinct texts of a dataset, as the rows of a comparison by that protocol read them."""
    from cineblend.evaluate.protocol import protocol as protocol_of

    rules = protocol_of(how.protocol, seed=how.seed)

    from cineblend.cli.obtain import obtain
    from cineblend.text.document import documents

    dataset, _ = obtain(how.data, columns)
    train = rules.split(dataset).train
    names = RULES[:-1] if how.document == "all" else (how.document,)
    return list(dict.fromkeys(text for name in names for text in documents(train, name)))


def _embed(spec: EncoderSpec, texts: list[str], how: Encoding) -> tuple[TextEncoder, Embeddings]:
    from cineblend.paths import cache_dir
    from cineblend.text.embeddings.store import EmbeddingStore
    from cineblend.text.encoders.loading import open_encoder

    def note(text: str) -> None:
        print(f"cineblend: {text}", file=sys.stderr)

    store = EmbeddingStore(cache_dir() / "embeddings")
    encoder = open_encoder(
        spec,
        store,
        device=how.device,
        on_note=note,
        dimension=how.dim,
        fast=how.fast,
        download=True if how.download else None,
    )
    counted = _Counted(encoder)
    start = time.perf_counter()
    vectors = store.embed(texts, counted, note)
    seconds = time.perf_counter() - start
    typer.echo(
        f"{len(texts)} texts × {vectors.shape[1]} by {spec.name}: {counted.count} encoded, the others were "
        f"kept, in {seconds:.1f} s ({counted.count / seconds:.0f} texts/s)"
    )
    return encoder, vectors


class _Counted:
    """An encoder that counts the texts it is asked for."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.count = 0

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """What the encoder gives."""
        self.count += len(texts)
        return self._encoder.encode(texts)
