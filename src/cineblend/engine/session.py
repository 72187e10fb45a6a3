"""Session: a Spark session whose Java process ends with it; its requirements are checked first."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cineblend.engine.arrow import no_word_of_pandas
from cineblend.errors import CineblendError, NotAvailableError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[2]"
"""Two tasks at once on this machine: enough to try the engine."""
DEEP_STACK = "-Xss4m"
_SUBMITTED = "PYSPARK_GATEWAY_PORT"
"""Set if spark-submit started this process, which then configures the session."""


def require_spark() -> None:
    """Check that a session can be started.

    Raises:
        NotAvailableError: pyspark or Java is not installed.
    """
    try:
        import pyspark  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise NotAvailableError(
            "the Spark engine needs pyspark, which is not installed", remedy='pip install "cineblend[spark]"'
        ) from error
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise NotAvailableError(
            f"the Spark engine needs Java, and there is none in JAVA_HOME, {home}"
            if home
            else "the Spark engine needs Java, and there is no java on the PATH",
            expected="Java 17 or newer",
            remedy="install it (Debian, Ubuntu: apt-get install openjdk-17-jre-headless), or set JAVA_HOME",
        )


@contextmanager
def spark_session(settings: Mapping[str, str] | None = None) -> Generator[SparkSession]:
    """A session for the length of a ``with``; afterwards both it and its Java process have ended.

    If a session is active already, or spark-submit started this process, it is that session. An active
    session is not changed.

    Args:
        settings: Spark's own, such as ``spark.master`` or ``spark.driver.memory``, over the defaults here.

    Raises:
        NotAvailableError: pyspark or Java is not installed, or Java does not start.
        CineblendError: a Spark operation failed, in Java or in Python on a worker.
    """
    require_spark()
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        with _told_plainly():
            yield active
        return
    with tempfile.TemporaryDirectory(prefix="cineblend-spark-") as scratch:
        submitted = _SUBMITTED in os.environ
        wanted = dict(settings or {}) if submitted else _defaults(scratch) | dict(settings or {})
        try:
            spark = _started(wanted)
            # A cluster needs a folder that all its machines share; only its owner knows one.
            here = (spark.sparkContext.master or "").startswith("local")
            if here and spark.sparkContext.getCheckpointDir() is None:
                spark.sparkContext.setCheckpointDir(f"{scratch}/checkpoints")
            with _told_plainly():
                try:
                    yield spark
                finally:
                    _stop(spark)
        finally:
            if not submitted:
                _end_java()


def _defaults(scratch: str) -> dict[str, str]:
    return {
        "spark.master": LOCAL,
        "spark.app.name": "cineblend",
        "spark.driver.memory": "2g",
        # Each iteration of ALS deepens the plan of the next one, and Java walks the plan recursively.
        "spark.driver.extraJavaOptions": DEEP_STACK,
        "spark.executor.extraJavaOptions": DEEP_STACK,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.local.dir": scratch,
    }


def _started(settings: dict[str, str]) -> SparkSession:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    master = settings.get("spark.master", "")
    if master.startswith("local"):
        # Only this machine uses it, so it listens on loopback.
        settings = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "8",
        } | settings
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.Builder().config(map=dict(settings))
    try:
        with no_word_of_pandas():
            return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        said = str(error).strip().splitlines()[0]
        raise NotAvailableError(
            f"Spark does not start: {said}",
            expected="Java 17 or newer, and settings that Spark knows",
            remedy="read Java's message above; check java -version, JAVA_HOME and --spark",
        ) from error


def _stop(spark: SparkSession) -> None:
    from py4j.protocol import Py4JError

    # If Java has already ended with an error that is on its way to the caller, there is nothing to stop.
    with suppress(Py4JError, OSError):
        spark.stop()


@contextmanager
def _told_plainly() -> Generator[None]:
    """Turn Spark's errors into CineblendErrors; this package's errors on a worker keep their message."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        ours = next((line for line in lines if line.startswith("cineblend.errors.")), "")
        said = ours.partition(": ")[2] or next(iter(lines), type(error).__name__)
        raise CineblendError(
            f"Spark failed: {said}",
            remedy="read its message above; too little memory is the usual reason: "
            "--spark spark.driver.memory=8g",
        ) from error


def _end_java() -> None:
    """End the Java process that pyspark started; ``stop`` alone leaves it until Python ends."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext

    context: Any = SparkContext
    gateway = context._gateway
    if gateway is None:
        return
    with suppress(Py4JError, OSError):  # Java may have ended already
        gateway.shutdown()
    context._gateway = context._jvm = None
    process = getattr(gateway, "proc", None)
    if process is not None:
        process.stdin.close()  # the process ends when its input does
        process.wait()
