"""``cineblend finetune``: teach a text encoder what films have in common for the people who like them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cineblend.cli import options
from cineblend.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from cineblend.data.dataset import Dataset
    from cineblend.text.finetuning.finetune_config import FinetuneConfig

EXAMPLE = (
    "Example: [bold]cineblend finetune --encoder minilm --what projection --out taste[/bold] · "
    "[bold]cineblend finetune -e qwen3-4b --what lora-4bit --batch-size 4 --out adapter[/bold], then "
    "[bold]cineblend compare --encoder adapter[/bold]"
)
WHAT = ("whole", "lora", "lora-4bit", "projection")
LOSSES = ("pairs", "interactions", "map")
LOOKS = ("cold-films", "users", "none")


def finetune(
    encoder: Annotated[
        str,
        typer.Option("--encoder", "-e", metavar="NAME|DIR|ORG/NAME@COMMIT", help="What to start from."),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="A new folder for what is learned.")
    ],
    data: options.Data = "ml-latest-small",
    what: Annotated[
        str,
        typer.Option(
            metavar="|".join(WHAT),
            help="What is learned: every weight, a low-rank adapter, one on a 4-bit model, or only a "
            "linear map on vectors made before (seconds, any encoder).",
        ),
    ] = "lora",
    loss: Annotated[
        str,
        typer.Option(
            metavar="|".join(LOSSES),
            help="From pairs of co-liked films, from whole likes (ELSA's loss), or from what a map on the "
            "untuned vectors says.",
        ),
    ] = "pairs",
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the pairs or films.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=2, help="Pairs, or films, a step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(min=0, help="The highest rate.")] = None,
    max_pairs: Annotated[int | None, typer.Option(min=1, help="At most so many pairs in all.")] = None,
    keep_co_liked: Annotated[
        bool,
        typer.Option("--keep-co-liked", help="Count films the same person also liked as wrong answers."),
    ] = False,
    rank: Annotated[int | None, typer.Option(min=1, help="Adapter: rank of its matrices.")] = None,
    alpha: Annotated[float | None, typer.Option(min=0, help="Adapter: how far it moves the model.")] = None,
    targets: Annotated[
        str | None, typer.Option(metavar="q_proj,v_proj", help="Adapter: the layers that get one.")
    ] = None,
    validate: Annotated[
        str,
        typer.Option(
            metavar="|".join(LOOKS), help="What is held out of the ratings to watch it and stop in time."
        ),
    ] = "cold-films",
    patience: Annotated[
        int | None, typer.Option(min=1, help="Looks without a new best before it ends.")
    ] = None,
    every: Annotated[int | None, typer.Option(min=1, help="Steps between two looks.")] = None,
    gradient_checkpointing: Annotated[
        bool, typer.Option("--gradient-checkpointing", help="Less memory, a third slower.")
    ] = False,
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
) -> None:
    """Tune an encoder on ratings: films liked by one person come to lie near each other.

    Stopped or killed, the same command goes on where it was. DIR is then an encoder of its own for
    compare, embed and export-embeddings; an adapter or map is stored alone, without the base model.
    """
    for name, given, known in (
        ("--what", what, WHAT),
        ("--loss", loss, LOSSES),
        ("--validate", validate, LOOKS),
    ):
        if given not in known:
            raise UnknownNameError(name, given, known)
    options.device(device)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(
            f"{out} exists", expected="a new or empty folder", remedy="name another, or delete it"
        )
    config = _config(
        what,
        loss,
        validate,
        general=_given(epochs=epochs, learning_rate=learning_rate, max_pairs=max_pairs, seed=seed),
        batch_size=batch_size,
        adapter=_given(rank=rank, alpha=alpha, targets=tuple(targets.split(",")) if targets else None),
        looks=_given(patience=patience, every=every),
    )
    config = replace(config, mask_co_liked=not keep_co_liked, gradient_checkpointing=gradient_checkpointing)
    train, split = _train(data, protocol, seed)
    from cineblend.cli.learn import keep, learn_map, tune
    from cineblend.text.document import documents

    learn = learn_map if what == "projection" else tune
    made = learn(encoder, train, documents(train, document), config, device=device, download=download)
    keep(made, out, {**split, "document": document})
    typer.echo(f"kept in {out}; use it: cineblend compare --encoder {out} --document {document}")


def _given(**named: Any) -> dict[str, Any]:
    """Those that were named on the command line; the others keep their config's default."""
    return {name: value for name, value in named.items() if value is not None}


def _config(
    what: str,
    loss: str,
    validate: str,
    *,
    general: dict[str, Any],
    batch_size: int | None,
    adapter: dict[str, Any],
    looks: dict[str, Any],
) -> FinetuneConfig:
    from cineblend.text.finetuning.finetune_config import (
        Adapter,
        FinetuneConfig,
        Imitation,
        Interactions,
        Validation,
    )

    if loss == "map":
        general |= {"imitation": Imitation() if batch_size is None else Imitation(batch_size)}
    elif loss == "interactions":
        sizes = Interactions() if batch_size is None else Interactions(items_per_step=batch_size)
        general |= {"interactions": sizes}
    elif batch_size is not None:
        general |= {"batch_size": batch_size}
    if what in ("lora", "lora-4bit"):
        general |= {"adapter": Adapter(**adapter), "four_bit": what == "lora-4bit"}
    elif adapter:
        raise UserError(f"--{next(iter(adapter))} is for an adapter", expected="--what lora or lora-4bit")
    if validate != "none":
        on: Any = validate
        general |= {"validation": Validation(on=on, **looks)}
    return FinetuneConfig(**general)


def _train(data: str, protocol: str, seed: int | None) -> tuple[Dataset, dict[str, Any]]:
    """The ratings to learn from, and what a manifest says of them."""
    from cineblend.cli.obtain import obtain
    from cineblend.evaluate.protocol import protocol as protocol_of

    rules = None if protocol == "none" else protocol_of(protocol, seed=seed)
    dataset, _ = obtain(data, None)
    train = rules.split(dataset).train if rules else dataset
    return train, {
        "data": dataset.source.name,
        "protocol": protocol,
        "seed": rules.seed if rules else 0,
        "data_sha256": dataset.ratings.fingerprint(),
        "train_sha256": train.ratings.fingerprint(),
    }
