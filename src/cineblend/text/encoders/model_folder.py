"""Weights: an encoder's folder, checked for pickles and foreign code, and hashed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cineblend.errors import UserError
from cineblend.files import sha256_file
from cineblend.text.encoders.gguf import gguf_file

Where = Literal["explicit", "CINEBLEND_WEIGHTS", "hugging face cache", "wheel", "hub", "tuned"]

_OLD_MODES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""Pooling keys of models saved by sentence-transformers before version 6, one key per mode."""


@dataclass(frozen=True)
class Weights:
    """An encoder's files on this machine.

    Attributes:
        folder: a sentence-transformers model, or one GGUF file.
        where: the place where it was found.
        digest: hex sha256 of the weights; for sharded weights, of a list of names and digests.
        settings: hex sha256 of the files that define how text becomes vectors (tokenizer, pooling).
        n_bytes: size of the weights.
        pinned: whether the digest is the published one; None if none is published.
        dimension: length of a vector by the modules' settings; 0 if they do not define it.
        pooling: how token vectors become one, in the library's terms; empty if not defined.
        gguf: name of the GGUF file; empty for a sentence-transformers model.
    """

    folder: Path
    where: Where
    digest: str
    settings: str
    n_bytes: int
    pinned: bool | None
    dimension: int = 0
    pooling: str = ""
    gguf: str = ""


@dataclass(frozen=True)
class _Module:
    """An entry of ``modules.json``: the class's name without its package, and its folder."""

    kind: str
    folder: Path


def describe(folder: Path, where: Where, sha256: str = "", *, pooling: str = "") -> Weights:
    """Check that ``folder`` holds a model that loads without pickles or foreign code, and hash it.

    Args:
        folder: a sentence-transformers model, or one GGUF file.
        where: the place where it was found.
        sha256: published digest of its weights; empty if there is none.
        pooling: how token vectors become one, for a GGUF file, which does not define it.

    Raises:
        UserError: the folder does not hold such a model.
    """
    modules, files = check(folder)
    if not modules:
        return _describe_gguf(files[0], where, sha256, pooling)
    places = [module.folder for module in modules if module.folder != folder]
    digests = _digests(folder, files)
    digest = next(iter(digests.values())) if len(digests) == 1 else _digest_of(digests)
    rest = [file for kind in ("*.json", "*.txt") for file in _inside(folder, places, kind)]
    settings = _digest_of(_digests(folder, [file for file in rest if file.name != "manifest.json"]))
    return Weights(
        folder,
        where,
        digest,
        settings,
        n_bytes=sum(file.stat().st_size for file in files),
        pinned=digest == sha256 if sha256 else None,
        dimension=_dimension(folder, modules),
        pooling=_pooling(folder, modules),
    )


def _describe_gguf(file: Path, where: Where, sha256: str, pooling: str) -> Weights:
    if not pooling:
        raise UserError(
            f"{file} does not define how token vectors become one",
            expected="a row of `cineblend encoders` that defines it, or a sentence-transformers folder",
            remedy="name the row, and put the file into $CINEBLEND_WEIGHTS/<its name>",
        )
    digest = sha256_file(file)
    return Weights(
        file.parent,
        where,
        digest,
        # The file includes the tokenizer.
        settings=_digest_of({"pooling": pooling}),
        n_bytes=file.stat().st_size,
        pinned=digest == sha256 if sha256 else None,
        pooling=pooling,
        gguf=file.name,
    )


def check(folder: Path) -> tuple[list[_Module], list[Path]]:
    """The modules and the weight files of ``folder``, without hashing; no modules for a GGUF file.

    Raises:
        UserError: the folder does not hold a model that loads without pickles or foreign code.
    """
    if not (folder / "modules.json").is_file() and (alone := gguf_file(folder)):
        return [], [alone]
    modules = _modules(folder)
    return modules, _weight_files(folder, [module.folder for module in modules if module.folder != folder])


def _modules(folder: Path) -> list[_Module]:
    """The modules in ``modules.json``, in order.

    Loading the model imports a module's type by name, so only the library's own types are allowed.
    Nothing outside the folder is read.
    """
    if not folder.is_dir():
        raise _no_model(folder, "is not a directory")
    if not (folder / "modules.json").is_file():
        raise _no_model(folder, "has no modules.json")
    listed = _json(folder, folder / "modules.json")
    if not isinstance(listed, list) or not all(isinstance(module, dict) for module in listed):
        raise _no_model(folder, "has a broken modules.json (it is not a list of modules)")
    modules: list[_Module] = []
    for module in listed:
        kind, path = str(module.get("type", "")), folder / str(module.get("path", ""))
        if not kind.startswith("sentence_transformers."):
            raise _no_model(folder, f"names {kind!r} in modules.json, which is foreign code")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise _no_model(folder, f"names {module['path']!r} in modules.json, which is outside the folder")
        modules.append(_Module(kind.rpartition(".")[2], path))
    return modules


def _dimension(folder: Path, modules: list[_Module]) -> int:
    """Length of a vector, as defined by the last module that sets it."""
    for module in reversed(modules):
        settings = _settings(folder, module)
        if module.kind == "Dense":
            return _int_or_0(settings.get("out_features"))
        if module.kind == "Pooling":
            width = _int_or_0(settings.get("embedding_dimension", settings.get("word_embedding_dimension")))
            return width * len(_pooling_modes(settings))
    return 0


def _pooling(folder: Path, modules: list[_Module]) -> str:
    pooling = [module for module in modules if module.kind == "Pooling"]
    return "+".join(_pooling_modes(_settings(folder, pooling[-1]))) if pooling else ""


def _pooling_modes(settings: dict[str, Any]) -> list[str]:
    """The modes by name; the library's default, mean, if none is set."""
    modes = settings.get("pooling_mode")
    if modes is None:
        modes = [name for key, name in _OLD_MODES.items() if settings.get(key) is True]
    return [str(mode) for mode in ([modes] if isinstance(modes, str) else modes)] or ["mean"]


def _settings(folder: Path, module: _Module) -> dict[str, Any]:
    file = module.folder / "config.json"
    settings = _json(folder, file) if file.is_file() else {}
    return settings if isinstance(settings, dict) else {}


def _int_or_0(value: object) -> int:
    return value if isinstance(value, int) else 0


def _weight_files(folder: Path, places: list[Path]) -> list[Path]:
    files = _inside(folder, places, "*.safetensors")
    if not files:
        pickles = [file.name for kind in ("*.bin", "*.pt", "*.pth") for file in folder.rglob(kind)]
        problem = f"has its weights only as a pickle ({pickles[0]})" if pickles else "has no *.safetensors"
        raise _no_model(folder, problem)
    for index in _inside(folder, places, "*.safetensors.index.json"):
        parts: set[str] = set(_json(folder, index)["weight_map"].values())
        if missing := sorted(part for part in parts if not (index.parent / part).is_file()):
            raise _no_model(folder, f"is incomplete: {', '.join(missing)} missing")
    return files


def _inside(folder: Path, places: list[Path], pattern: str) -> list[Path]:
    """Files of the folder and of its modules; other sub-folders hold exports to other formats."""
    return sorted({*folder.glob(pattern), *(file for place in places for file in place.rglob(pattern))})


def _digests(folder: Path, files: list[Path]) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): sha256_file(file) for file in files}


def _json(folder: Path, file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except ValueError as error:
        raise _no_model(folder, f"has a broken {file.name} ({error})") from error


def _no_model(folder: Path, problem: str) -> UserError:
    return UserError(
        f"{folder} {problem}",
        expected="a sentence-transformers model: modules.json, config.json, tokenizer, *.safetensors",
        remedy="name the directory of a model saved with safetensors",
    )


def _digest_of(digests: dict[str, str]) -> str:
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
