"""Benchmark: other libraries beside ours, on one split, with one tuning budget and one metric code.

    python benchmarks/peers.py [--data ml-latest-small] [--protocol study] [--peers implicit-als,...]
                               [--seeds 42,1,2,3,4] [--trials 8] [--ours ease,ease+text]
                               [--out peers-results] [--install]

Every peer is tuned for each seed by NDCG@25 on the same inner hold-out: the split's training ratings, split
once more by the same protocol. Each gets the same number of trials (fewer if its row says so); the best is
fitted once more on all of train and judged on the test. Each runs in a process of its own, and in a virtual
environment of its own where versions conflict; --install creates these. A peer that cannot do what a
protocol needs, or whose process fails, is "not run", with the reason. Our rows are tested against every peer,
user by user, with Holm's correction; over several splits they are also compared with each other. A protocol
that is not random gives every seed the same split, so the seeds are then only the models'. OUT/results.json
is written after every row and read on the next run, which skips finished rows. Delete the folder after
changing a peer's code.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from cineblend.comparison.strategies import STRATEGIES
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.errors import NotAvailableError, UnknownNameError
from cineblend.evaluate.protocol import PROTOCOLS, protocol
from cineblend.evaluate.result import RowResult
from cineblend.evaluate.rules import Protocol
from cineblend.files import write_text
from peer.between import between
from peer.judging import LABELS, leads
from peer.ours import measured
from peer.rows import PEERS
from peer.tuning import tune

Found = dict[str, Any]


def main() -> None:
    """Run what is missing, then print the table and the tests."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--data", default="ml-latest-small")
    options.add_argument("--protocol", default="study", help=", ".join(PROTOCOLS))
    options.add_argument("--peers", default=",".join(PEERS))
    options.add_argument("--ours", default="ease,ease+text")
    options.add_argument("--seeds", default="42,1,2,3,4")
    options.add_argument("--trials", type=int, default=8)
    options.add_argument("--out", type=Path, default=Path("peers-results"))
    options.add_argument("--install", action="store_true", help="make missing virtual environments")
    asked = options.parse_args()
    peers, ours = _names(asked.peers, PEERS, "peer"), _names(asked.ours, STRATEGIES, "strategy")
    seeds, dataset = [int(seed) for seed in asked.seeds.split(",")], load(asked.data)
    rules = protocol(asked.protocol)
    (asked.out / "lists").mkdir(parents=True, exist_ok=True)
    target = asked.out / "results.json"
    found: Found = json.loads(target.read_bytes()) if target.is_file() else _started(dataset, rules)
    if found["data_sha256"] != dataset.ratings.fingerprint():
        options.error(f"{target} is about other ratings than {asked.data}: choose another --out")
    if found.setdefault("protocol", "study") != rules.name:
        options.error(f"{target} is about {found['protocol']}, not {rules.name}: choose another --out")
    for seed in seeds:
        there = found["seeds"].setdefault(str(seed), {"peers": {}, "ours": {}})
        for name in peers:
            if there["peers"].get(name, {}).get("asked_trials") != asked.trials:
                there["peers"][name] = _peer(name, dataset, replace(rules, seed=seed), asked)
                write_text(target, json.dumps(found, indent=1))
        for name in ours:
            if name not in there["ours"]:
                row, peak = measured(asked.data, [name], replace(rules, seed=seed))[0]
                there["ours"][name] = _plain(row, peak)
                write_text(target, json.dumps(found, indent=1))
        there["tests"] = _tests(there, seed)
        write_text(target, json.dumps(found, indent=1))
        _show(seed, there)
    _show_between(found["seeds"], dataset, rules, ours)


def _names(asked: str, known: Mapping[str, Any], kind: str) -> list[str]:
    names = [name for name in asked.split(",") if name]
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, list(known))
    return names


def _started(dataset: Dataset, rules: Protocol) -> Found:
    print_ = dataset.ratings.fingerprint()
    return {"data": dataset.source.name, "data_sha256": print_, "protocol": rules.name, "seeds": {}}


def _peer(name: str, dataset: Dataset, rules: Protocol, asked: argparse.Namespace) -> Found:
    split = rules.split(dataset)
    try:
        tuned = tune(
            PEERS[name], split, rules, asked.out / "lists", n_trials=asked.trials, install=asked.install
        )
    except NotAvailableError as missing:
        return {"status": "not run", "reason": missing.problem, "remedy": missing.remedy}
    return _plain(tuned.row, tuned.outcome.peak_bytes) | {
        "asked_trials": asked.trials,
        "version": f"{PEERS[name].package.name} {tuned.outcome.version}",
        "settings": tuned.settings,
        "trials": tuned.trials,
    }


def _plain(row: RowResult, peak_bytes: int) -> Found:
    """A row for the file; it holds no NaN, since a row that did not run has no figures."""
    if row.status != "ran":
        return {"status": row.status, "reason": row.reason, "remedy": row.remedy}
    return {
        "status": row.status,
        "hits": row.hits,
        "metrics": row.metrics,
        "seconds": row.seconds,
        "peak_bytes": peak_bytes,
        "per_user": {label: row.per_user[label].tolist() for label in LABELS},
    }


def _tests(there: Found, seed: int) -> Found:
    """Test each of our rows against every peer that ran on this split."""
    peers = [_row(name, row) for name, row in there["peers"].items() if row["status"] == "ran"]
    ours = [_row(name, row) for name, row in there["ours"].items() if row["status"] == "ran"]
    return {row.strategy: leads(row, peers, seed) for row in ours if peers}


def _row(name: str, row: Found) -> RowResult:
    per_user = {label: np.array(values) for label, values in row["per_user"].items()}
    return RowResult(name, name, "ran", metrics=row["metrics"], per_user=per_user)


def _show(seed: int, there: Found) -> None:
    print(f"\nseed {seed}")
    print(f"{'':22} {'hits':>5} {'P@25':>7} {'R@25':>7} {'NDCG@25':>8} {'fit s':>7} {'peak MB':>8} trials")
    every = {**there["peers"], **there["ours"]}
    ran = [name for name, row in every.items() if row["status"] == "ran"]
    for name in sorted(ran, key=lambda name: every[name]["metrics"]["NDCG@25"]):
        print(_line(name, every[name]))
    for name, row in every.items():
        if row["status"] != "ran":
            print(f"{name:22} not run: {row['reason']}; {row['remedy']}")
    for name, by_label in there["tests"].items():
        for label, said in by_label.items():
            low, high = said["interval"]
            print(
                f"{name} {label}: {said['ahead_of_best_by']:+.4f} [{low:+.4f}, {high:+.4f}] "
                f"on {said['best']}, Holm-corrected p = {said['p_holm']:.2g} ({len(said['peers'])} peers)"
            )


def _show_between(found: Mapping[str, Found], dataset: Dataset, rules: Protocol, ours: Sequence[str]) -> None:
    """Compare our rows with each other over all splits on which both ran."""
    for first, second in combinations(ours, 2):
        both = {
            seed: there
            for seed, there in found.items()
            if all(there["ours"].get(name, {}).get("status") == "ran" for name in (first, second))
        }
        for label in LABELS if len(both) > 1 else ():
            said = between(both, dataset, rules, first, second, label)
            low, high = said["interval"]
            print(
                f"{first} against {second}, {label} over {len(both)} splits: {said['mean']:+.4f} "
                f"[{low:+.4f}, {high:+.4f}]; {', '.join(f'{gap:+.4f}' for gap in said['by_split'].values())}"
            )


def _line(name: str, row: Found) -> str:
    figures: Sequence[float] = [row["metrics"][label] for label in ("P@25", "R@25", "NDCG@25")]
    p, r, ndcg = figures
    return (
        f"{name:22} {row['hits']:5} {p:7.4f} {r:7.4f} {ndcg:8.4f} {row['seconds']['fit']:7.1f} "
        f"{row['peak_bytes'] / 1e6:8.0f} {len(row.get('trials', ())) or '':>6}"
    )


if __name__ == "__main__":
    main()
