"""Tunes a tiny encoder, killing itself at random points first; prints the digest of what it made.

Each attempt is a forked child, so that the libraries are imported once.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cineblend.text.document import documents
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.finetuning import training
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig
from tiny_bert import TINY
from tiny_qwen import TINY_QWEN
from worlds import checkerboard

CONFIG = FinetuneConfig(epochs=8, batch_size=8, learning_rate=1e-3, precision="float32")
KINDS = {
    "whole": (TINY, CONFIG),
    "adapter": (TINY_QWEN, replace(CONFIG, epochs=3, adapter=Adapter(), four_bit=True)),
}


def tune(base: Path, folder: Path, kind: str, on_note: Callable[[str], None] = print) -> Weights:
    dataset = checkerboard()
    weights = describe(base, "explicit")
    spec, config = KINDS[kind]
    return finetune(
        spec, weights, dataset, documents(dataset), config, folder=folder, on_note=on_note, device="cpu"
    )


def attempt(base: Path, folder: Path, kind: str, seconds: float, blow: signal.Signals) -> str:
    """How a child ended that was dealt ``blow`` after ``seconds``."""
    child = os.fork()
    if child == 0:
        try:
            tune(base, folder, kind)
        except KeyboardInterrupt:
            os._exit(3)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, blow)
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else {0: "done", 3: "interrupted"}[os.WEXITSTATUS(status)]


def main(base: str, folder: str, attempts: str, longest: str, kind: str) -> None:
    training.STEPS_BETWEEN_CHECKPOINTS = 4
    chance = random.Random(11)
    for number in range(int(attempts)):
        blow = signal.SIGINT if number % 4 == 3 else signal.SIGKILL
        seconds = chance.uniform(0, float(longest))
        print(attempt(Path(base), Path(folder), kind, seconds, blow), flush=True)
    start = time.perf_counter()
    made = tune(Path(base), Path(folder), kind)
    print(time.perf_counter() - start)
    print(made.digest)


if __name__ == "__main__":
    main(*sys.argv[1:])
