"""``cineblend finetune``: teach a text encoder what films have in common for the people who like them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cineblend.cli import options
from cineblend.cli.learning import Learning
from cineblend.cli.own_tables import OwnTables
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.data.dataset import Dataset
    from cineblend.data.table_columns import TableColumns

EXAMPLE = (
    "Example: [bold]cineblend finetune --encoder minilm --what projection --out taste[/bold] · "
    "[bold]cineblend finetune -e qwen3-4b --what lora-4bit --batch-size 4 --out adapter[/bold], then "
    "[bold]cineblend compare --encoder adapter[/bold]"
)


def finetune(
    *,
    encoder: Annotated[
        str,
        typer.Option("--encoder", "-e", metavar="NAME|DIR|ORG/NAME@COMMIT", help="What to start from."),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="A new folder for what is learned.")
    ],
    data: options.Data = "ml-latest-small",
    learning: Learning,
    document: Annotated[
        str, typer.Option(metavar="default|study|facts", help="Which text stands for a film.")
    ] = "default",
    protocol: Annotated[
        str,
        typer.Option(metavar="NAME|none", help="Learn from this split's training part; none: every rating."),
    ] = "study",
    seed: options.Seed = None,
    device: Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="Where it runs.")] = "auto",
    download: Annotated[bool, typer.Option("--download", help="Fetch the weights, however large.")] = False,
    own: OwnTables,
) -> None:
    """Tune an encoder on ratings: films liked by one person come to lie near each other.

    Stopped or killed, the same command goes on where it was. DIR is then an encoder of its own for
    compare, embed and export-embeddings; an adapter or map is stored alone, without the base model.
    """
    options.device(device)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(
            f"{out} exists", expected="a new or empty folder", remedy="name another, or delete it"
        )
    config = learning.config(seed)
    train, split = _train(data, own.columns(), protocol, seed)
    from cineblend.cli.learn import keep, learn_map, tune
    from cineblend.text.document import documents

    learn = learn_map if learning.what == "projection" else tune
    made = learn(encoder, train, documents(train, document), config, device=device, download=download)
    keep(made, out, {**split, "document": document})
    typer.echo(f"kept in {out}; use it: cineblend compare --encoder {out} --document {document}")


def _train(
    data: str, columns: TableColumns | None, protocol: str, seed: int | None
) -> tuple[Dataset, dict[str, Any]]:
    """The ratings to learn from, and what a manifest says of them."""
    from cineblend.cli.obtain import obtain
    from cineblend.evaluate.protocol import protocol as protocol_of

    rules = None if protocol == "none" else protocol_of(protocol, seed=seed)
    dataset, _ = obtain(data, columns)
    train = rules.split(dataset).train if rules else dataset
    return train, {
        "data": dataset.source.name,
        "protocol": protocol,
        "seed": rules.seed if rules else 0,
        "data_sha256": dataset.ratings.fingerprint(),
        "train_sha256": train.ratings.fingerprint(),
    }
