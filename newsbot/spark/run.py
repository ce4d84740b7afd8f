"""One re-extraction on Spark, from the list of files to the lines of the manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryDirectory
from typing import Final

from py4j.protocol import Py4JError
from pyspark import RDD, SparkFiles
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from newsbot.errors import EngineError, EngineFailed
from newsbot.spark.deciding import Decision, decide
from newsbot.spark.inputs import Warc
from newsbot.spark.job import Job, aside
from newsbot.spark.kept import is_read
from newsbot.spark.kinship import find_kin, read_articles
from newsbot.spark.learning import learn_templates
from newsbot.spark.parts import Part, Written, write_parts, written_of
from newsbot.spark.reading import FAILED, extract_warc
from pipelines.manifest import Manifest
from pipelines.record_files import UNKNOWN_SOURCE, entry_of
from pipelines.steps import MemorySteps

_ORDER: Final = "order.json"


@dataclass(slots=True)
class Result:
    """What a run did, with the names of a crawl's stats."""

    files: int
    todo: set[str]
    """Keys of the files that no earlier run was through with."""
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """One line for each file that could not be read to its end."""

    @property
    def left(self) -> int:
        """How many files were left to do."""
        return len(self.todo)


Start = Callable[[], AbstractContextManager[SparkSession]]
"""How Spark is started, where there is something to do."""


def reextract(start: Start, job: Job, warcs: list[Warc], state: str, clock: Callable[[], float]) -> Result:
    """Records of all articles in *warcs*, as parts in the output folder; what an earlier run has finished is as it left it.

    *state* is the folder of the memory, in which the records are remembered for later crawls; empty: they are not.

    Raises:
        EngineError: one line; the folder holds records of other runs.
        EngineFailed: one line; Spark gave up.
        OutputError, ManifestError, StateError: one line; the output or the memory cannot be used.
    """
    manifest = Manifest(job.out / "parquet" if job.form == "parquet" else job.out)
    listed = _require_own(job, manifest)
    result = Result(len(warcs), {warc.key for warc in warcs if written_of(job, warc.key) is None})
    try:
        if result.todo:
            with start() as spark:
                _write_parts(spark, job, _read(spark, job, warcs, result))
    except (PySparkException, Py4JError) as error:
        raise EngineFailed(f"--engine spark: Spark gave up ({_reason(error)}); what is done stays done, start again to go on") from error
    _list(job, manifest, listed, warcs, result, _Memory(job, state), clock)
    return result


def _read(spark: SparkSession, job: Job, warcs: list[Warc], result: Result) -> list[str]:
    """Have all *warcs* read; keys of those that were, now or ever, in the order in which they are decided on."""
    context = spark.sparkContext
    left = [warc for warc in warcs if not is_read(job, warc.key)]
    if left:
        templates = learn_templates(context, job, left)
        context.addFile(str(templates))
        read = partial(_extract, job, templates.name)
        result.faults += [fault for fault in context.parallelize(left, len(left)).map(read).collect() if fault]
        result.counts.update(f"newsbot/source/{UNKNOWN_SOURCE}/{FAILED}" for _ in result.faults)
    path = job.room / _ORDER
    known: list[str] = json.loads(path.read_bytes()) if path.exists() else []
    in_order = list(dict.fromkeys([*known, *(warc.key for warc in warcs if is_read(job, warc.key))]))
    with aside(path) as part:
        part.write_text(json.dumps(in_order), encoding="ascii")
    return in_order


def _extract(job: Job, templates: str, warc: Warc) -> str | None:
    return extract_warc(job, SparkFiles.get(templates), warc)


def _write_parts(spark: SparkSession, job: Job, in_order: list[str]) -> None:
    """Decide on all articles, and write the parts that are not there."""
    left = [(number, key) for number, key in enumerate(in_order) if written_of(job, key) is None]
    if not left:
        return
    with TemporaryDirectory(dir=job.room, prefix="rounds-", ignore_cleanup_errors=True) as folder:
        spark.sparkContext.setCheckpointDir(folder)
        decisions = _decisions(spark, job, in_order)
        files = spark.sparkContext.parallelize(left, len(left))
        files.cogroup(decisions, numPartitions=len(in_order)).foreach(partial(_write_file, job))


def _write_file(job: Job, task: tuple[int, tuple[Iterable[str], Iterable[Decision]]]) -> None:
    _, (keys, decisions) = task
    for key in keys:  # none for a file whose parts are there
        write_parts(job, key, decisions)


def _decisions(spark: SparkSession, job: Job, in_order: list[str]) -> RDD[tuple[int, Decision]]:
    articles = read_articles(spark, job, in_order).persist()
    kin = find_kin(articles, copies=job.duplicate_days > 0)
    placed = kin.join(articles.select("number", "offset", "length"), "number").rdd
    parts = spark.sparkContext.defaultParallelism * 2
    keyed = placed.map(lambda row: ((row["first"], row["number"]), (row["offset"], row["length"])))
    return keyed.repartitionAndSortWithinPartitions(parts, partitionFunc=_first).mapPartitions(partial(decide, job, in_order))


def _first(key: tuple[int, int]) -> int:
    return key[0]


def _require_own(job: Job, manifest: Manifest) -> set[str]:
    """The parts that the manifest lists.

    Raises:
        EngineError: it lists other files than parts of this work.
    """
    listed = manifest.paths()
    own = {path for key in _keys(job) for path in _paths(job, written_of(job, key))}
    if foreign := sorted(listed - own):
        what = f"holds records of other runs, or of another extractor, rules or options ({foreign[0]})"
        raise EngineError(
            f"{job.out}: {what}; Spark decides from the archives alone: name a folder of its own (--out), or use --engine local"
        )
    manifest.mend()
    return listed


def _keys(job: Job) -> Iterator[str]:
    yield from (path.stem for path in (job.room / "parts").glob("*.parts"))


def _paths(job: Job, written: Written | None) -> Iterator[str]:
    yield from (_listed_path(job, part) for part in written.parts) if written else ()


def _listed_path(job: Job, part: Part) -> str:
    return part.path.removeprefix("parquet/") if job.form == "parquet" else part.path


class _Memory:
    """The memory of a crawl, which is told of parts before readers are."""

    def __init__(self, job: Job, state: str) -> None:
        self._job, self._state = job, state
        self._steps: MemorySteps | None = None

    def remember(self, part: Part) -> None:
        if not self._state or self._job.form == "parquet":
            return
        if self._steps is None:
            self._steps = MemorySteps(self._job.out, self._state, self._job.duplicate_days, lambda pointer, source: None)  # noqa: ARG005
        with (self._job.out / part.path).open("rb") as lines:
            self._steps.remember([json.loads(line) for line in lines], [])

    def close(self) -> None:
        if self._steps is not None:
            self._steps.close()


def _list(
    job: Job, manifest: Manifest, listed: set[str], warcs: list[Warc], result: Result, memory: _Memory, clock: Callable[[], float]
) -> None:
    """Name all parts in the manifest that it does not name, and count what is new."""
    try:
        for warc in warcs:
            written = written_of(job, warc.key)
            if written is None:
                continue
            if written.fault:
                result.faults.append(written.fault)
            new = [part for part in written.parts if _listed_path(job, part) not in listed]
            for part in new:
                memory.remember(part)
                manifest.append(partial(entry_of, part.contents(), _listed_path(job, part), clock()))
            result.counts.update(written.counts if new or warc.key in result.todo else {})
    finally:
        memory.close()


def _reason(error: Exception) -> str:
    """The line of a long message that tells what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "Error" in line or "Exception" in line]
    return (told or lines or [type(error).__name__])[-1 if told else 0][:300]
