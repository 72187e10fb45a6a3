"""Files between the benchmark and a peer's process: training data in; lists, seconds and peak memory out."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from peer.row import Rated, Settings, Train

LIST_LENGTH = 100
BLOCK = 1000  # people ranked at once
COLUMNS = ("user", "item", "value", "timestamp")


@dataclass(frozen=True, eq=False)
class Outcome:
    """The result of one fit.

    Attributes:
        item_num: (n_users, 100) int32 films, best first; -1 where a list is too short.
        fit_seconds: from the triples to a fitted model.
        score_seconds: from there to all lists.
        peak_bytes: peak memory of its process, imports included.
        version: version of the library.
    """

    item_num: npt.NDArray[np.int32]
    fit_seconds: float
    score_seconds: float
    peak_bytes: int
    version: str


def write_train(target: Path, train: Train) -> None:
    """Write one npz; texts are stored as the bytes of a JSON list, so nothing is pickled."""
    given = {} if train.given is None else _columns(train.given, "given_")
    _save(
        target,
        **_columns(train),
        **given,
        scale=np.array([train.top]),
        shape=np.array([train.n_users, train.n_items]),
        candidates=train.candidates,
        documents=np.frombuffer(json.dumps(train.documents).encode(), np.uint8),
    )


def read_train(source: Path) -> Train:
    """Read what ``write_train`` wrote."""
    with np.load(source, allow_pickle=False) as file:
        shape: dict[str, Any] = {
            "top": float(file["scale"][0]),
            "n_users": int(file["shape"][0]),
            "n_items": int(file["shape"][1]),
        }
        has_given = f"given_{COLUMNS[0]}" in file
        return Train(
            **{name: file[name] for name in COLUMNS},
            **shape,
            documents=tuple(json.loads(file["documents"].tobytes())),
            candidates=file["candidates"],
            given=Rated(**{name: file[f"given_{name}"] for name in COLUMNS}, **shape) if has_given else None,
        )


def write_outcome(target: Path, outcome: Outcome) -> None:
    """Write one npz, whole or not at all."""
    _save(
        target,
        item_num=outcome.item_num,
        seconds=np.array([outcome.fit_seconds, outcome.score_seconds]),
        peak_bytes=np.array([outcome.peak_bytes]),
        version=np.array([outcome.version]),
    )


def read_outcome(source: Path) -> Outcome:
    """Read what ``write_outcome`` wrote."""
    with np.load(source, allow_pickle=False) as file:
        fit, score = file["seconds"].tolist()
        return Outcome(file["item_num"], fit, score, int(file["peak_bytes"][0]), str(file["version"][0]))


def sha256_of(train: Train) -> str:
    """Hex digest of all data that the lists depend on, except the texts, which belong to the catalogue."""
    digest = hashlib.sha256(json.dumps([train.top, train.n_users, train.n_items]).encode())
    for rated in (train, train.asked):
        for column in _columns(rated).values():
            digest.update(np.ascontiguousarray(column).data)
    digest.update(train.candidates.tobytes())
    return digest.hexdigest()


def outcome_path(folder: Path, peer: str, settings: Settings, seed: int, train_sha256: str) -> Path:
    """Path of a stored outcome: another setting, seed or training set is another file."""
    asked = json.dumps([dict(settings), seed, train_sha256, LIST_LENGTH], sort_keys=True)
    return folder / f"{peer}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}.npz"


def best(scores: npt.NDArray[np.floating], train: Train) -> npt.NDArray[np.int32]:
    """(n_users, 100) each user's best films by descending score, then ascending number.

    The protocol's rules apply: its candidates, without those in the history of the list. NaN and -inf are
    never listed.
    """
    asked, found = train.asked, list[npt.NDArray[np.int32]]()
    for start in range(0, len(scores), BLOCK):
        allowed = scores[start : start + BLOCK].copy()
        allowed[np.isnan(allowed) | ~train.candidates] = -np.inf
        own = (asked.user >= start) & (asked.user < start + BLOCK)
        allowed[asked.user[own] - start, asked.item[own]] = -np.inf
        found.append(np.stack([_first(row) for row in allowed]))
    return np.concatenate(found)


def _first(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    """(100,) the highest of one user's scores; only those no lower than the hundredth are sorted."""
    listed = np.flatnonzero(scores > -np.inf)
    if len(listed) > LIST_LENGTH:
        listed = listed[scores[listed] >= np.partition(scores[listed], -LIST_LENGTH)[-LIST_LENGTH]]
    order = listed[np.argsort(-scores[listed], kind="stable")[:LIST_LENGTH]]
    return np.pad(order, (0, LIST_LENGTH - len(order)), constant_values=-1).astype(np.int32)


def _columns(rated: Rated, prefix: str = "") -> dict[str, npt.NDArray[np.generic]]:
    return {f"{prefix}{name}": getattr(rated, name) for name in COLUMNS}


def _save(target: Path, **columns: npt.NDArray[np.generic]) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **columns)
    temporary.replace(target)
