"""One re-extraction on Spark, from the list of files to the lines of the manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryDirectory
from typing import Final

from py4j.protocol import Py4JError
from pyspark import RDD, SparkFiles
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from newsbot.errors import EngineFailed
from newsbot.spark.deciding import Decision, decide
from newsbot.spark.inputs import Warc
from newsbot.spark.job import Job, aside
from newsbot.spark.kept import is_read
from newsbot.spark.kinship import find_kin, read_articles
from newsbot.spark.learning import learn_templates
from newsbot.spark.listing import Listing
from newsbot.spark.parts import write_parts, written_of
from newsbot.spark.reading import FAILED, extract_warc
from pipelines.record_files import UNKNOWN_SOURCE

_ORDER: Final = "order.json"
_FAILED: Final = f"newsbot/source/{UNKNOWN_SOURCE}/{FAILED}"


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
    listing = Listing(job, state, clock)
    result = Result(len(warcs), {warc.key for warc in warcs if written_of(job, warc.key) is None})
    try:
        if result.todo:
            with start() as spark:
                _write_parts(spark, job, _read(spark, job, warcs, result))
    except (PySparkException, Py4JError) as error:
        raise EngineFailed(f"--engine spark: Spark gave up ({_reason(error)}); what is done stays done, start again to go on") from error
    _list(job, listing, warcs, result)
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
        result.counts.update(_FAILED for _ in result.faults)
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


def _list(job: Job, listing: Listing, warcs: list[Warc], result: Result) -> None:
    """Name all parts that have no name yet, and count what is new; what broke off is told in every run."""
    try:
        for warc in warcs:
            if (written := written_of(job, warc.key)) is None:
                continue
            is_new = listing.add(written) or warc.key in result.todo
            result.counts.update(written.counts if is_new else {_FAILED: 1} if written.fault else {})
            result.faults += [written.fault] if written.fault else []
    finally:
        listing.close()


def _reason(error: Exception) -> str:
    """The line of a long message that tells what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "Error" in line or "Exception" in line]
    return (told or lines or [type(error).__name__])[-1 if told else 0][:300]
