"""Files between the benchmark and a peer's process: train in; lists, seconds and peak memory out."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from peer.row import Settings, Train

LIST_LENGTH = 100


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one fit came to.

    Attributes:
        item_num: (n_users, 100) int32 films, best first; -1 where a list ran out.
        fit_seconds: from the triples to a fitted model.
        score_seconds: from there to everyone's lists.
        peak_bytes: the most memory its process held, imports included.
        version: of the library.
    """

    item_num: npt.NDArray[np.int32]
    fit_seconds: float
    score_seconds: float
    peak_bytes: int
    version: str


def write_train(target: Path, train: Train) -> None:
    """One npz; the texts go in as the bytes of a JSON list, so nothing is pickled."""
    _save(
        target,
        user=train.user,
        item=train.item,
        value=train.value,
        scale=np.array([train.top]),
        shape=np.array([train.n_users, train.n_items]),
        documents=np.frombuffer(json.dumps(train.documents).encode(), np.uint8),
    )


def read_train(source: Path) -> Train:
    """What ``write_train`` wrote."""
    with np.load(source, allow_pickle=False) as file:
        return Train(
            user=file["user"],
            item=file["item"],
            value=file["value"],
            top=float(file["scale"][0]),
            n_users=int(file["shape"][0]),
            n_items=int(file["shape"][1]),
            documents=tuple(json.loads(file["documents"].tobytes())),
        )


def write_outcome(target: Path, outcome: Outcome) -> None:
    """One npz, whole or not at all."""
    _save(
        target,
        item_num=outcome.item_num,
        seconds=np.array([outcome.fit_seconds, outcome.score_seconds]),
        peak_bytes=np.array([outcome.peak_bytes]),
        version=np.array([outcome.version]),
    )


def read_outcome(source: Path) -> Outcome:
    """What ``write_outcome`` wrote."""
    with np.load(source, allow_pickle=False) as file:
        fit, score = file["seconds"].tolist()
        return Outcome(file["item_num"], fit, score, int(file["peak_bytes"][0]), str(file["version"][0]))


def outcome_path(folder: Path, peer: str, settings: Settings, seed: int, train_sha256: str) -> Path:
    """Where an outcome is kept: another setting, seed or train is another file."""
    asked = json.dumps([dict(settings), seed, train_sha256, LIST_LENGTH], sort_keys=True)
    return folder / f"{peer}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}.npz"


def best(scores: npt.NDArray[np.floating], train: Train) -> npt.NDArray[np.int32]:
    """(n_users, 100) each person's best films by falling score, then rising number.

    The study's rules: films with a training rating, less those in the person's own history. NaN and
    -inf are never listed.
    """
    allowed = np.where(np.isnan(scores), -np.inf, scores)
    allowed[:, np.bincount(train.item, minlength=train.n_items) == 0] = -np.inf
    allowed[train.user, train.item] = -np.inf
    order = np.argsort(-allowed, axis=1, kind="stable")[:, :LIST_LENGTH]
    listed = np.where(np.take_along_axis(allowed, order, axis=1) > -np.inf, order, -1)
    padding = ((0, 0), (0, LIST_LENGTH - listed.shape[1]))
    return np.pad(listed, padding, constant_values=-1).astype(np.int32)


def _save(target: Path, **columns: npt.NDArray[np.generic]) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **columns)
    temporary.replace(target)
