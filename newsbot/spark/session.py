"""Spark, started or refused in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from newsbot.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PROJECT: Final = Path(__file__).parents[2]
_LEAST_JAVA: Final = 17
_LOCAL: Final = re.compile(r"local(?:\[(?P<cores>\d{1,4}|\*)\])?")
_TRIES: Final = 4
"""Of a task: as on a cluster. By itself a local master gives up at the first worker that dies."""
_VERSION: Final = re.compile(r'version "(\d{1,3})')
_MEND: Final = "install openjdk-17-jre-headless (make java), or use --engine local"


def require_spark() -> None:
    """Refuse a machine on which Spark could not start.

    Raises:
        EngineError: one line; the package or Java is missing, or too old.
    """
    if find_spec("pyspark") is None:
        raise EngineError("--engine spark: needs the package pyspark; install it with: pip install '.[spark]', or use --engine local")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        where = f"JAVA_HOME={home} has no bin/java" if home else "there is no java on the PATH, and JAVA_HOME is not set"
        raise EngineError(f"--engine spark: needs Java {_LEAST_JAVA} or newer; {where}; {_MEND}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)
    version = _VERSION.search(told.stderr + told.stdout)
    if version is None or int(version[1]) < _LEAST_JAVA:
        found = " ".join((told.stderr + told.stdout).split())[:80] or f"exit code {told.returncode}"
        raise EngineError(f"--engine spark: needs Java {_LEAST_JAVA} or newer; {java} is {found}; {_MEND}")


@contextmanager
def spark_session(master: str | None) -> Iterator[SparkSession]:
    """A session on *master*; ``None``: as ``spark-submit`` says.

    Raises:
        EngineError: one line; Spark cannot be started.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("newsbot reextract")
    for key, value in _settings(master).items():
        builder = builder.config(key, value)
    with TemporaryFile() as said:
        try:
            with _standard_error(said if _LOCAL.fullmatch(master or "") else None):
                session = builder.getOrCreate()
        except (PySparkException, RuntimeError, OSError) as error:
            raise EngineError(f"--engine spark: Spark does not start ({_last_line(said) or error}); check master and Java") from error
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def _standard_error(file: IO[bytes] | None) -> Iterator[None]:
    """Let the Java process that is started within talk to *file*: on one machine it is a part of a command that speaks for itself."""
    if file is None:
        yield
        return
    own = os.dup(2)
    try:
        os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(own, 2)
        os.close(own)


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read(2**20).decode("utf-8", "replace").splitlines()
    return next((line.strip()[:200] for line in reversed(lines) if "rror" in line or "xception" in line), "")


def _settings(master: str | None) -> dict[str, str]:
    known = {f"spark.executorEnv.{name}": value for name, value in os.environ.items() if name.startswith("NEWSBOT_")}
    known["spark.executorEnv.PYTHONPATH"] = str(_PROJECT)
    local = _LOCAL.fullmatch(master or "")
    if master is not None:
        known["spark.master"] = f"local[{local['cores'] or 1},{_TRIES}]" if local else master
    return known | _of_one_machine(local["cores"] or "1") if local else known


def _of_one_machine(cores: str) -> dict[str, str]:
    """No ports for others, no windows, no chatter."""
    count = os.cpu_count() or 1 if cores == "*" else int(cores)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(2 * count),
    }
