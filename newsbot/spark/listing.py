"""The parts that readers know: the manifest, and the memory of a crawl, which is told before it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from newsbot.errors import EngineError
from newsbot.spark.job import Job
from newsbot.spark.parts import Part, Written, written_of
from pipelines.manifest import Manifest
from pipelines.record_files import entry_of
from pipelines.steps import MemorySteps

_PARQUET = "parquet"


class Listing:
    """The parts of a job. In folder *state* of the output their records are remembered for later crawls; empty: they are not."""

    def __init__(self, job: Job, state: str, clock: Callable[[], float]) -> None:
        """Open the manifest.

        Raises:
            EngineError: one line; it lists other files than parts of this work.
            ManifestError, OutputError: one line; it cannot be used.
        """
        self._job, self._clock = job, clock
        self._state = state if job.form == "jsonl" else ""
        self._manifest = Manifest(job.out / _PARQUET if job.form == _PARQUET else job.out)
        self._steps: MemorySteps | None = None
        self._listed = self._manifest.paths()
        self._require_own()
        self._manifest.mend()

    def add(self, written: Written) -> bool:
        """Name the parts of one WARC file that have no name yet; whether there were any.

        Raises:
            ManifestError, OutputError, StateError: one line; manifest or memory cannot be used.
        """
        new = [part for part in written.parts if self._path(part) not in self._listed]
        for part in new:
            self._remember(part)
            self._manifest.append(partial(entry_of, part.contents(), self._path(part), self._clock()))
        return bool(new)

    def close(self) -> None:
        """Release the memory."""
        if self._steps is not None:
            self._steps.close()

    def _require_own(self) -> None:
        keys = (path.stem for path in (self._job.room / "parts").glob("*.parts"))
        own = {self._path(part) for key in keys if (written := written_of(self._job, key)) for part in written.parts}
        if foreign := sorted(self._listed - own):
            what = f"holds records of other runs, or of another extractor, rules or options ({foreign[0]})"
            mend = "name a folder of its own (--out), or use --engine local"
            raise EngineError(f"{self._job.out}: {what}; Spark decides from the archives alone: {mend}")

    def _path(self, part: Part) -> str:
        return part.path.removeprefix(f"{_PARQUET}/") if self._job.form == _PARQUET else part.path

    def _remember(self, part: Part) -> None:
        if not self._state:
            return
        if self._steps is None:
            self._steps = MemorySteps(self._job.out, self._state, self._job.duplicate_days, lambda pointer, source: None)  # noqa: ARG005
        with (self._job.out / part.path).open("rb") as lines:
            self._steps.remember([json.loads(line) for line in lines], [])
