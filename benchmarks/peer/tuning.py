"""One peer on one split: trials on an inner hold-out of train, the best refitted on all of train."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.split import Split
from cineblend.errors import NotAvailableError
from cineblend.evaluate.evaluate import Judge
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.result import RowResult
from cineblend.evaluate.rules import Protocol
from cineblend.text.document import documents
from peer import environment
from peer.exchange import Outcome, outcome_path, read_outcome, sha256_of, write_train
from peer.judging import judged
from peer.row import Peer, Rated, Settings, Train

INNER_SEED = 1
CHOSEN_BY = "NDCG@25"


@dataclass(frozen=True, eq=False)
class Tuned:
    """The result of a peer on one split.

    Attributes:
        row: its figures on the outer test.
        settings: settings of the best trial.
        trials: every trial's settings and its figure on the inner hold-out.
        outcome: the last fit's lists, seconds and memory.
    """

    row: RowResult
    settings: Settings
    trials: tuple[Mapping[str, Any], ...]
    outcome: Outcome


def trials_of(peer: Peer, n_trials: int, seed: int = INNER_SEED) -> list[dict[str, Any]]:
    """Random distinct combinations of the peer's space; all of them if there are few."""
    every = [dict(zip(peer.space, values, strict=True)) for values in itertools.product(*peer.space.values())]
    wanted = min(n_trials, peer.max_trials or n_trials, len(every))
    return random.Random(seed).sample(every, wanted)


def tune(
    peer: Peer, split: Split, protocol: Protocol, folder: Path, *, n_trials: int, install: bool = False
) -> Tuned:
    """Choose on the inner hold-out, fit once more on all of train, judge on the outer test.

    The inner hold-out splits the training part again by the same protocol. Lists are stored in ``folder`` and
    not computed twice.

    Raises:
        NotAvailableError: the peer's environment is missing, it cannot do what the split needs, or its
            process failed.
    """
    inner = replace(protocol, seed=INNER_SEED)
    within, asked = inner.split(split.train), trials_of(peer, n_trials)
    judge, found = Judge.of(within, inner), list[dict[str, Any]]()
    learned = train_of(within, inner)
    _refuse(peer, learned)
    python = environment.python_of(peer.package, install=install)
    for settings, outcome in zip(
        asked, run(peer, python, learned, asked, protocol.seed, folder), strict=True
    ):
        figure = judged(outcome, judge, [parse(CHOSEN_BY)], peer.name).metrics[CHOSEN_BY]
        found.append({"settings": settings, CHOSEN_BY: figure, "fit_seconds": outcome.fit_seconds})
    chosen: Settings = max(found, key=lambda trial: trial[CHOSEN_BY])["settings"]
    (outcome,) = run(peer, python, train_of(split, protocol), [chosen], protocol.seed, folder)
    row = judged(outcome, Judge.of(split, protocol), None, peer.name, peer.title)
    return Tuned(row, chosen, tuple(found), outcome)


def _refuse(peer: Peer, train: Train) -> None:
    if train.given is not None and not peer.unseen:
        raise NotAvailableError(
            f"{peer.title} makes no lists for users it was not trained on",
            remedy="use a protocol whose users are in train",
        )
    if not train.candidates[train.item].any():
        raise NotAvailableError(
            f"{peer.title} scores no film without a training rating",
            remedy="use a protocol whose films are in train",
        )


def run(
    peer: Peer, python: Path, train: Train, asked: Sequence[Settings], seed: int, folder: Path
) -> list[Outcome]:
    """Fit and score each setting in one process of the peer's own; stored results are read instead.

    The process's output goes to NAME.log in ``folder``.

    Raises:
        NotAvailableError: the process failed.
    """
    sha256 = sha256_of(train)
    paths = [outcome_path(folder, peer.name, settings, seed, sha256) for settings in asked]
    runs = [
        {"settings": settings, "out": str(path.resolve())}
        for settings, path in zip(asked, paths, strict=True)
        if not path.is_file()
    ]
    if runs:
        with tempfile.TemporaryDirectory() as work:
            job, data = Path(work, "job.json"), Path(work, "train.npz")
            write_train(data, train)
            job.write_text(json.dumps({"peer": peer.name, "train": str(data), "seed": seed, "runs": runs}))
            _start(peer, python, job, folder / f"{peer.name}.log")
    return [read_outcome(path) for path in paths]


def _start(peer: Peer, python: Path, job: Path, log: Path) -> None:
    with log.open("w") as said:
        ended = subprocess.run(
            [python, "-m", "peer.worker", job],
            env=environment.variables(peer.package),
            stdout=subprocess.DEVNULL,
            stderr=said,
            check=False,
        )
    if ended.returncode:
        last = next(reversed(log.read_text(errors="replace").split("\n")[:-1]), "it said nothing")
        raise NotAvailableError(
            f"the process of {peer.title} ended with {ended.returncode}: {last[:200]}",
            remedy=f"read {log}",
        )


def train_of(split: Split, protocol: Protocol) -> Train:
    """A peer's data from a split: its training part, the given histories and the candidates."""
    plain = as_train(split.train)
    given = None if split.given is None else Rated(**_columns(split.train, split.given))
    return replace(plain, given=given, candidates=protocol.candidates(split))


def as_train(train: Dataset) -> Train:
    """A dataset as peers get it: its ratings and the default texts, never a held-out tag."""
    return Train(
        **_columns(train, train.ratings),
        documents=tuple(documents(train)),
        candidates=train.ratings.item_counts > 0,
    )


def _columns(train: Dataset, ratings: Ratings) -> dict[str, Any]:
    return {
        "user": ratings.user_num,
        "item": ratings.item_num,
        "value": ratings.value,
        "timestamp": ratings.timestamp,
        "top": train.scale.high,
        "n_users": train.n_users,
        "n_items": train.n_items,
    }
