"""Leaks: proves, before anything is fitted, that no model can read what it will be judged on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.comparison.strategies import Strategy
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.split import Split
from cineblend.errors import LeakageError
from cineblend.evaluate.result import Finding
from cineblend.evaluate.rules import Protocol
from cineblend.models.walk import walk
from cineblend.text.document import documents
from cineblend.text.features import TextSpec


def check(
    dataset: Dataset, split: Split, protocol: Protocol, strategies: Sequence[Strategy]
) -> tuple[Finding, ...]:
    """What every check found, all of it allowed.

    Raises:
        LeakageError: test ratings or people in train, a training rating later than the protocol
            allows, text that reads tags of the test in a row that does not reproduce the study, or
            settings tuned on ratings that may be in this test.
    """
    return (
        check_ratings(split),
        check_times(split, protocol),
        check_text(split, strategies),
        check_tuning(dataset, split, strategies),
    )


def check_ratings(split: Split) -> Finding:
    """That train and the given histories hold no test pair, and train nothing of unseen people.

    Raises:
        LeakageError: they do.
    """
    for name, part in (("train", split.train.ratings), ("the given histories", split.given)):
        if part is not None and (n := _shared_pairs(part, split.test)):
            raise LeakageError(f"{n} ratings of the test are in {name} too", remedy="correct the split")
    if split.given is None:
        return Finding("ratings", f"none of {len(split.test):,} test ratings is in train")
    unseen = np.flatnonzero(split.given.user_counts)
    if n := int(split.train.ratings.user_counts[unseen].sum()):
        raise LeakageError(f"{n} ratings of unseen people are in train", remedy="correct the split")
    return Finding(
        "ratings",
        f"none of {len(split.test):,} test ratings is in train or in a given history, and train has "
        f"nothing of {len(unseen):,} unseen people",
    )


def check_times(split: Split, protocol: Protocol) -> Finding:
    """That training ratings are as old as the protocol's time law wants, and given histories old enough.

    Raises:
        LeakageError: some are later.
    """
    train, test = split.train.ratings, split.test
    if protocol.time_law == "none":
        if split.given is not None and split.asked_at is not None:
            return _check_given(split.given, test, split.asked_at)
        return Finding("times", "not asked: the protocol says nothing of time")
    # Equal times pass: the source's order has told them apart.
    first = np.full(train.n_users, np.iinfo(np.int64).max)
    np.minimum.at(first, test.user_num, test.timestamp)
    if protocol.time_law == "everyone":
        first[:] = first.min()
    if n := int((train.timestamp > first[train.user_num]).sum()):
        raise LeakageError(
            f"{n} training ratings are later than the cut of the {protocol.name} protocol",
            expected="nothing in train that is later than the test",
            remedy="correct the split",
        )
    whose = "anybody's test" if protocol.time_law == "everyone" else "its own user's test"
    return Finding("times", f"none of {len(train):,} training ratings is later than {whose}")


def _check_given(given: Ratings, test: Ratings, asked_at: npt.NDArray[np.int64]) -> Finding:
    """That nobody's history is later than when they ask, and nobody's test earlier."""
    # Equal times pass: the source's order has told them apart.
    if n := int((given.timestamp > asked_at[given.user_num]).sum()):
        raise LeakageError(
            f"{n} ratings of the given histories are later than when their people ask",
            remedy="correct the split",
        )
    if n := int((test.timestamp < asked_at[test.user_num]).sum()):
        raise LeakageError(
            f"{n} ratings of the test are earlier than when their people ask", remedy="correct the split"
        )
    return Finding("times", f"none of {len(given):,} given ratings is later than its own user's test")


def check_text(split: Split, strategies: Sequence[Strategy]) -> Finding:
    """That no row's text changes when the tags on held-out pairs are taken away.

    A row that reproduces the study is let through and marked.

    Raises:
        LeakageError: another row's text changes.
    """
    marked: dict[str, str] = {}
    tags = split.train.tags
    held_out = np.unique(np.stack([tags.user_num, tags.item_num])[:, tags.held_out], axis=1).shape[1]
    for strategy in strategies if held_out else ():
        rules = {spec.document for spec in walk(strategy.model) if isinstance(spec, TextSpec)}
        if not any(_reads_held_out(rule, split.train) for rule in sorted(rules)):
            continue
        if not strategy.reproduces_study:
            raise LeakageError(
                f"the text of {strategy.name} contains the tags on {held_out} held-out pairs",
                expected='a document rule that leaves them out, such as "default"',
                remedy="only a row that reproduces the study may read them",
            )
        marked[strategy.name] = f"reads the tags on {held_out} held-out pairs, as the study does"
    if not held_out:
        return Finding("text", "there is no tag on a held-out pair")
    said = "no row reads them" if not marked else "only rows that reproduce the study read them"
    return Finding("text", f"there are tags on {held_out:,} held-out pairs; {said}", marked)


def check_tuning(dataset: Dataset, split: Split, strategies: Sequence[Strategy]) -> Finding:
    """That what a row's numbers were tuned on is this split's train, or other data altogether.

    Other data is data whose ratings as a whole have another fingerprint: that a renumbered copy or an
    earlier release of these ratings is other data in name only cannot be seen.

    Raises:
        LeakageError: a row was tuned on another split of the same ratings.
    """
    tuned = [(strategy.name, strategy.tuned_on) for strategy in strategies if strategy.tuned_on]
    here = (dataset.ratings.fingerprint(), split.train.ratings.fingerprint()) if tuned else ("", "")
    for name, on in tuned:
        if on and on.data_sha256 == here[0] and on.train_sha256 != here[1]:
            raise LeakageError(
                f"{name} was tuned on another split of these ratings ({on.protocol}, seed {on.seed}), "
                "so its numbers may have seen this split's test",
                expected="a row tuned on this split's own training ratings, or on other data",
                remedy=f"compare with --protocol {on.protocol} --seed {on.seed}, or tune on this split",
            )
    if not tuned:
        return Finding("tuning", "no row says what data its numbers were tuned on")
    return Finding("tuning", f"{len(tuned)} tuned rows, none on ratings that are test here")


def _reads_held_out(rule: str, train: Dataset) -> bool:
    tags = train.tags
    kept = np.flatnonzero(~tags.held_out)
    without = replace(
        tags,
        user_num=tags.user_num[kept],
        item_num=tags.item_num[kept],
        text=tuple(tags.text[row] for row in kept),
        held_out=tags.held_out[kept],
    )
    return documents(train, rule) != documents(replace(train, tags=without), rule)


def _shared_pairs(one: Ratings, other: Ratings) -> int:
    """How many user-item pairs are in both; sparse matrices, as sorting tens of millions of pairs is slow."""
    shape = (one.n_users, one.n_items)
    marked, also = (
        sp.csr_array((np.ones(len(part), np.bool_), (part.user_num, part.item_num)), shape=shape)
        for part in (one, other)
    )
    return int(marked.multiply(also).nnz)
