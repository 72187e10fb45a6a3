"""Learning: the options that say what fine-tuning learns, from what, and how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cineblend.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from cineblend.text.finetuning.finetune_config import FinetuneConfig

WHAT = ("whole", "lora", "lora-4bit", "projection")
LOSSES = ("pairs", "interactions", "map")
LOOKS = ("cold-films", "users", "none")


@dataclass(frozen=True)
class Learning:
    """What is learned, from what, and how long; None keeps the default of the config."""

    what: Annotated[
        str,
        typer.Option(
            metavar="|".join(WHAT),
            help="What is learned: every weight, a low-rank adapter, one on a 4-bit model, or only a "
            "linear map on vectors made before (seconds, any encoder).",
        ),
    ] = "lora"
    loss: Annotated[
        str,
        typer.Option(
            metavar="|".join(LOSSES),
            help="From pairs of co-liked films, from whole likes (ELSA's loss), or from what a map on the "
            "untuned vectors says.",
        ),
    ] = "pairs"
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the pairs or films.")] = None
    batch_size: Annotated[int | None, typer.Option(min=2, help="Pairs, or films, a step.")] = None
    learning_rate: Annotated[float | None, typer.Option(min=0, help="The highest rate.")] = None
    max_pairs: Annotated[int | None, typer.Option(min=1, help="At most so many pairs in all.")] = None
    keep_co_liked: Annotated[
        bool,
        typer.Option("--keep-co-liked", help="Count films the same person also liked as wrong answers."),
    ] = False
    rank: Annotated[int | None, typer.Option(min=1, help="Adapter: rank of its matrices.")] = None
    alpha: Annotated[float | None, typer.Option(min=0, help="Adapter: how far it moves the model.")] = None
    targets: Annotated[
        str | None, typer.Option(metavar="q_proj,v_proj", help="Adapter: the layers that get one.")
    ] = None
    validate: Annotated[
        str,
        typer.Option(
            metavar="|".join(LOOKS), help="What is held out of the ratings to watch it and stop in time."
        ),
    ] = "cold-films"
    patience: Annotated[int | None, typer.Option(min=1, help="Looks without a new best before it ends.")] = (
        None
    )
    every: Annotated[int | None, typer.Option(min=1, help="Steps between two looks.")] = None
    gradient_checkpointing: Annotated[
        bool, typer.Option("--gradient-checkpointing", help="Less memory, a third slower.")
    ] = False

    def __post_init__(self) -> None:
        for name, given, known in (
            ("--what", self.what, WHAT),
            ("--loss", self.loss, LOSSES),
            ("--validate", self.validate, LOOKS),
        ):
            if given not in known:
                raise UnknownNameError(name, given, known)

    def config(self, seed: int | None) -> FinetuneConfig:
        """The configuration of a run.

        Raises:
            UserError: options that do not go together.
        """
        from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig, Validation

        chosen = _given(
            epochs=self.epochs, learning_rate=self.learning_rate, max_pairs=self.max_pairs, seed=seed
        )
        chosen |= self._sizes()
        adapter = _given(
            rank=self.rank,
            alpha=self.alpha,
            targets=tuple(self.targets.split(",")) if self.targets else None,
        )
        if self.what in ("lora", "lora-4bit"):
            chosen |= {"adapter": Adapter(**adapter), "four_bit": self.what == "lora-4bit"}
        elif adapter:
            raise UserError(f"--{next(iter(adapter))} is for an adapter", expected="--what lora or lora-4bit")
        if self.validate != "none":
            on: Any = self.validate
            looks = _given(patience=self.patience, every=self.every)
            chosen["validation"] = Validation(on=on, **looks)
        return FinetuneConfig(
            **chosen,
            mask_co_liked=not self.keep_co_liked,
            gradient_checkpointing=self.gradient_checkpointing,
        )

    def _sizes(self) -> dict[str, Any]:
        """What a step holds, under the name that the loss has for it."""
        from cineblend.text.finetuning.finetune_config import Imitation, Interactions

        if self.loss == "map":
            return {"imitation": Imitation(**_given(items_per_step=self.batch_size))}
        if self.loss == "interactions":
            return {"interactions": Interactions(**_given(items_per_step=self.batch_size))}
        return _given(batch_size=self.batch_size)


def _given(**named: Any) -> dict[str, Any]:
    """Those that were named on the command line."""
    return {name: value for name, value in named.items() if value is not None}
