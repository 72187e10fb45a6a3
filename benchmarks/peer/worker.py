"""A peer's own process: reads train, fits and scores once per requested setting, and writes the lists.

    python -m peer.worker JOB.json

It runs in the peer's environment, so it imports only numpy, scipy and that library, never cineblend.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import metadata
from pathlib import Path

from peer.exchange import Outcome, best, read_train, write_outcome
from peer.rows import PEERS


def main() -> None:
    """Run every unfinished setting of the job; print one line of JSON per run."""
    job = json.loads(Path(sys.argv[1]).read_bytes())
    peer, train = PEERS[job["peer"]], read_train(Path(job["train"]))
    for run in job["runs"]:
        start = time.perf_counter()
        scorer = peer.fit(train, run["settings"], job["seed"])
        fitted = time.perf_counter()
        listed = best(scorer(), train)
        outcome = Outcome(
            item_num=listed,
            fit_seconds=fitted - start,
            score_seconds=time.perf_counter() - fitted,
            peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            version=metadata.version(peer.package.name),
        )
        write_outcome(Path(run["out"]), outcome)
        print(json.dumps({"settings": run["settings"], "fit_seconds": outcome.fit_seconds}), flush=True)


if __name__ == "__main__":
    main()
