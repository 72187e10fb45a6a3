"""Strategies: every row of the comparison as one frozen value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType

from cineblend.comparison import tuned
from cineblend.comparison.blends import CONTENT, LANGUAGE_MODEL, full_blend, learned_blend, new_film_text
from cineblend.comparison.spaces import with_values
from cineblend.data.split import SplitRecord
from cineblend.errors import UnknownNameError, UserError
from cineblend.models.base import ModelConfig
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.models.factors.als_wr import WeightedALSConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_prior import EasePriorConfig
from cineblend.models.new_items.model import ColdConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.registry import registered
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.models.walk import with_field
from cineblend.text.encoders.encoder import encoder_spec
from cineblend.text.features import TextSpec
from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig, Imitation
from cineblend.text.finetuning.projection import ProjectionConfig


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
        tuned_on: the split whose training ratings its numbers were searched on; None for numbers
            written by hand.
        notes: what a reader must know of how its numbers came about.
    """

    name: str
    title: str
    model: ModelConfig
    published: Published | None = None
    tuned_on: SplitRecord | None = None
    notes: tuple[str, ...] = ()

    @property
    def reproduces_study(self) -> bool:
        """Whether it stands for a row of the study, and so may read what the study read."""
        return self.published is not None


STUDY_WEIGHT = 0.85
"""The study's alpha: the share of matrix factorisation in its blends."""

_BLOCK = (
    *(f"self_attn.{name}_proj" for name in "qkvo"),
    *(f"mlp.{name}_proj" for name in ("gate", "up", "down")),
)
SMALL_LORA = FinetuneConfig(
    epochs=1,
    learning_rate=2e-3,
    imitation=Imitation(),
    adapter=Adapter(targets=tuple(f"layers.{n}.{part}" for n in range(26, 30) for part in _BLOCK), dropout=0),
)
"""What a map on its own vectors says, into the last 4 of 30 blocks: SmolLM2-135M learns it in minutes.

Chosen on hold-outs of the training films of ml-latest-small (``--protocol cold-items --seed 0``).
"""


def study_blend(encoder: str, finetune: FinetuneConfig | None = None, document: str = "study") -> BlendConfig:
    """The study's blend: MF scaled over all train films, content over those not yet rated."""
    return _blend_with_text(TextSpec(encoder=encoder, document=document, finetune=finetune))


def _blend_with_text(text: TextSpec) -> BlendConfig:
    return BlendConfig(
        (
            BlendPart(PMFConfig(), STUDY_WEIGHT, "minmax", "train_items"),
            BlendPart(ContentConfig(text), 1 - STUDY_WEIGHT, "minmax", "unrated_train_items"),
        )
    )


OWN_TEXT = (TextSpec("tfidf"), TextSpec("minilm"), *CONTENT)
"""What our own rows read: the default document, which leaves held-out tags out, and the content."""

NEW_FILM_TEXT = new_film_text("minilm")

READS_NUMBERS = "reads not only text: how early TMDB numbered a film, too, where the data has its number"

_MODELS = tuple(
    Strategy(model.name, model.title, model.config(**model.settings)) for model in registered() if model.title
)
"""Single models, each a row because its config says so."""

ROWS = (
    *_MODELS,
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
    Strategy("tfidf-texts", "TF-IDF of long texts alone", ContentConfig(TextSpec("tfidf", document="texts"))),
    Strategy(
        "minilm-projected",
        "MiniLM alone, mapped to taste",
        ContentConfig(TextSpec("minilm", document="facts", projection=ProjectionConfig())),
    ),
    Strategy("smollm2", "SmolLM2-135M alone", ContentConfig(TextSpec("smollm2-135m", document="facts"))),
    Strategy(
        "smollm2-lora",
        "SmolLM2-135M alone, tuned (LoRA)",
        ContentConfig(TextSpec("smollm2-135m", document="facts", finetune=SMALL_LORA)),
        notes=("tuned on every film's text, those of held-out films too, and on no held-out rating",),
    ),
    Strategy("mf+tfidf", "MF + TF-IDF", study_blend("tfidf", document="default")),
    Strategy("cineblend", "cineblend: learned blend", learned_blend(("tfidf", "minilm"))),
    Strategy("cineblend-max", "cineblend with every part", full_blend(("tfidf", "minilm"))),
    Strategy("cineblend-no-text", "cineblend without text", learned_blend(())),
    Strategy("als-explicit", "Explicit ALS, ridge by count", WeightedALSConfig(feedback="explicit")),
    Strategy("ease-runs", "EASE over runs of ratings", EaseConfig(50.0, run=16)),
    Strategy("ease+tfidf", "EASE + TF-IDF rows", EaseConfig(text=(TextSpec("tfidf"), *CONTENT))),
    Strategy("ease+text", "EASE + TF-IDF + MiniLM rows", EaseConfig(text=OWN_TEXT)),
    Strategy("ease+prior", "EASE towards TF-IDF + MiniLM", EasePriorConfig(OWN_TEXT)),
    Strategy(
        "text-taste",
        "EASE transferred to new films",
        CarriedConfig(EaseConfig(), NEW_FILM_TEXT, familiar_to=LANGUAGE_MODEL),
        notes=(READS_NUMBERS,),
    ),
    Strategy(
        "cold",
        "New films in a learned order",
        ColdConfig(
            EaseConfig(),
            NEW_FILM_TEXT,
            beside=(AdjacentConfig(), PeriodConfig(12.0)),
            familiar_to=LANGUAGE_MODEL,
        ),
        notes=(READS_NUMBERS,),
    ),
)

STRATEGIES: Mapping[str, Strategy] = MappingProxyType({row.name: row for row in ROWS})

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "study": ("popularity", *(row.name for row in ROWS if row.published)),
        "no-stars": ("popularity", "item-knn", "als", "ease", "cineblend"),
        "all": tuple(STRATEGIES),
    }
)
"""Names of several rows: ``study`` is the study's five and the floor; ``no-stars`` need no ratings."""


def encoder_rows(encoder: str, document: str = "default", dimension: int = 0) -> tuple[Strategy, ...]:
    """Rows for an encoder that has none: its content score alone, and in the study's blend.

    Args:
        encoder: see ``encoder_spec``.
        document: name of the rule that writes an item's text.
        dimension: how many numbers of a vector are kept; 0 for all.

    Raises:
        UnknownNameError: there is no such encoder.
        UserError: a path that is no folder, or a repository without its commit.
    """
    encoder_spec(encoder)
    name, learned_on = Path(encoder).name, _learned_on(Path(encoder).expanduser())
    text = TextSpec(encoder, document, dimension=dimension)
    return (
        Strategy(name, f"{name} alone", ContentConfig(text), tuned_on=learned_on),
        Strategy(f"mf+{name}", f"MF + {name}", _blend_with_text(text), tuned_on=learned_on),
    )


def _learned_on(folder: Path) -> SplitRecord | None:
    """The ratings that an encoder was tuned on, as its folder's manifest has them; None where it has none."""
    try:
        said = json.loads((folder / "manifest.json").read_bytes())["learned_from"]
        return SplitRecord(**{field.name: said[field.name] for field in fields(SplitRecord)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def reseeded(strategy: Strategy, seed: int) -> Strategy:
    """The row with every ``seed`` in its hyper-parameters, at any depth, set to ``seed``."""
    return replace(strategy, model=with_field(strategy.model, "seed", lambda _: seed))


def tuning_base(name: str) -> Strategy:
    """The row of that name as tuning starts from it.

    A row of the study is no longer the study's once its numbers change, so it takes the default document,
    which leaves held-out tags out.

    Raises:
        UnknownNameError: there is none; suggests the nearest.
    """
    if name not in STRATEGIES:
        raise UnknownNameError("strategy", name, STRATEGIES)
    row = STRATEGIES[name]
    own = with_field(row.model, "document", lambda rule: "default" if rule == "study" else rule)
    return replace(row, model=own, published=None)


def rows(names: Sequence[str]) -> tuple[Strategy, ...]:
    """The rows of these names in this order, each once; see ``GROUPS`` for names of several.

    A name that ends in ``.json`` is the path of a tuned strategy.

    Raises:
        UnknownNameError: a name is not a row's; suggests the nearest.
        UserError: no name at all, two tuned rows of one name, or a file that is no tuned strategy.
    """
    wanted = [row for name in names for row in GROUPS.get(name, (name,))]
    for name in wanted:
        if name not in STRATEGIES and not name.endswith(".json"):
            raise UnknownNameError("strategy", name, [*STRATEGIES, *GROUPS])
    if not wanted:
        raise UserError("no strategy was named", expected="one of " + ", ".join([*STRATEGIES, *GROUPS]))
    found = [STRATEGIES.get(name) or _tuned(Path(name)) for name in dict.fromkeys(wanted)]
    known: set[str] = set()
    for row in found:
        if row.name in known:
            raise UserError(f"two rows are called {row.name}", remedy="rename the folder of one of them")
        known.add(row.name)
    return tuple(found)


def _tuned(path: Path) -> Strategy:
    """The strategy that ``cineblend tune`` wrote to a file, called ``BASE@FOLDER``."""
    record = tuned.read(path)
    with tuned.blame(path):
        base = tuning_base(record.base)
        model = with_values(base.model, record.changed)
    return Strategy(
        f"{base.name}@{path.absolute().parent.name}", f"{base.title}, tuned", model, tuned_on=record.tuned_on
    )
