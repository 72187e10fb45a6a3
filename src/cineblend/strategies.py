"""Strategies: every row of the comparison as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

from cineblend.errors import UnknownNameError, UserError
from cineblend.models.als import ALSConfig
from cineblend.models.base import ModelConfig
from cineblend.models.bias import BiasConfig
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.models.ease import EaseConfig
from cineblend.models.ease_prior import EasePriorConfig
from cineblend.models.item_knn import ItemKNNConfig
from cineblend.models.pmf import PMFConfig
from cineblend.models.popularity import PopularityConfig
from cineblend.models.text_ridge import TextRidgeConfig
from cineblend.models.user_knn import UserKNNConfig
from cineblend.text.features import TextSpec
from cineblend.text.finetune_config import Adapter, FinetuneConfig
from cineblend.text.projection import ProjectionConfig


@dataclass(frozen=True)
class Published:
    """The study's printed figures for a row, at 25."""

    precision: float
    recall: float
    study_ndcg: float
    hits: int | None = None

    def as_metrics(self) -> dict[str, float]:
        """By metric label."""
        return {"P@25": self.precision, "R@25": self.recall, "NDCG@25 (study)": self.study_ndcg}


@dataclass(frozen=True)
class Strategy:
    """A row: a name and the model behind it.

    Attributes:
        name: what the command line calls it.
        title: what people read.
        model: the recommender's hyper-parameters, parts included.
        published: what the study printed for it, None for rows that are ours.
    """

    name: str
    title: str
    model: ModelConfig
    published: Published | None = None


STUDY_WEIGHT = 0.85
"""The study's alpha: the share of matrix factorisation in its blends."""


def study_blend(encoder: str, finetune: FinetuneConfig | None = None, document: str = "study") -> BlendConfig:
    """The study's blend: MF scaled over all train films, content over those not yet rated."""
    text = TextSpec(encoder=encoder, document=document, finetune=finetune)
    return BlendConfig(
        (
            BlendPart(PMFConfig(), STUDY_WEIGHT, "minmax", "train_items"),
            BlendPart(ContentConfig(text), 1 - STUDY_WEIGHT, "minmax", "unrated_train_items"),
        )
    )


OWN_TEXT = (TextSpec("tfidf"), TextSpec("minilm"))
"""What our own rows read: the default document, which leaves held-out tags out."""

ROWS = (
    Strategy("popularity", "Most rated", PopularityConfig()),
    Strategy("mf", "MF only", PMFConfig(), Published(0.049, 0.088, 0.277, 739)),
    Strategy("mf+minilm", "MF + MiniLM", study_blend("minilm"), Published(0.048, 0.091, 0.278, 712)),
    Strategy(
        "mf+minilm-ft",
        "MF + MiniLM fine-tuned",
        study_blend("minilm", FinetuneConfig(mask_co_liked=False)),
        Published(0.049, 0.089, 0.282, 735),
    ),
    Strategy("mf+qwen3-4b", "MF + Qwen3-4B", study_blend("qwen3-4b"), Published(0.051, 0.096, 0.286, 762)),
    Strategy(
        "mf+qwen3-4b-lora",
        "MF + Qwen3-4B fine-tuned (LoRA)",
        study_blend(
            "qwen3-4b",
            FinetuneConfig(batch_size=4, epochs=2, adapter=Adapter(), four_bit=True, mask_co_liked=False),
        ),
        Published(0.056, 0.106, 0.305, 832),
    ),
    Strategy("minilm", "MiniLM alone", ContentConfig(TextSpec("minilm"))),
    Strategy(
        "minilm-projected",
        "MiniLM alone, mapped to taste",
        ContentConfig(TextSpec("minilm", projection=ProjectionConfig())),
    ),
    Strategy("mf+tfidf", "MF + TF-IDF", study_blend("tfidf", document="default")),
    Strategy("bias", "Film and person means", BiasConfig()),
    Strategy("item-knn", "Item neighbours", ItemKNNConfig()),
    Strategy("user-knn", "User neighbours", UserKNNConfig()),
    Strategy("als", "Implicit ALS", ALSConfig()),
    Strategy("text-ridge", "MiniLM, ridge to grades", TextRidgeConfig((TextSpec("minilm"),))),
    Strategy("ease", "EASE", EaseConfig()),
    Strategy("ease+text", "EASE + TF-IDF + MiniLM rows", EaseConfig(text=OWN_TEXT)),
    Strategy("ease+prior", "EASE towards TF-IDF + MiniLM", EasePriorConfig(OWN_TEXT)),
)

STRATEGIES: Mapping[str, Strategy] = MappingProxyType({row.name: row for row in ROWS})

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "study": ("popularity", *(row.name for row in ROWS if row.published)),
        "all": tuple(STRATEGIES),
    }
)
"""Names that stand for several rows; ``study`` is the study's five and the floor."""


def reseeded(strategy: Strategy, seed: int) -> Strategy:
    """The row with every ``seed`` in its hyper-parameters, at any depth, set to ``seed``."""
    return replace(strategy, model=_reseed(strategy.model, seed))


def _reseed(value: Any, seed: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_reseed(one, seed) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        f.name: seed if f.name == "seed" else _reseed(getattr(value, f.name), seed) for f in fields(value)
    }
    return replace(value, **changed)


def rows(names: Sequence[str]) -> tuple[Strategy, ...]:
    """The rows of these names in this order, each once; see ``GROUPS`` for names of several.

    Raises:
        UnknownNameError: a name is not a row's; suggests the nearest.
        UserError: no name at all.
    """
    wanted = [row for name in names for row in GROUPS.get(name, (name,))]
    for name in wanted:
        if name not in STRATEGIES:
            raise UnknownNameError("strategy", name, [*STRATEGIES, *GROUPS])
    if not wanted:
        raise UserError("no strategy was named", expected="one of " + ", ".join([*STRATEGIES, *GROUPS]))
    return tuple(STRATEGIES[name] for name in dict.fromkeys(wanted))
