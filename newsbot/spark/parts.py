"""The records of one WARC file as parts of the feed, one for each source and day, named by the file and the extractor."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pydantic import TypeAdapter

from newsbot.spark.deciding import Decision
from newsbot.spark.job import Job, aside, settle
from newsbot.spark.kept import kept_in, read_of
from pipelines.finished import Finished
from pipelines.jsonl import Contents, JsonlWriter
from pipelines.record_files import UNKNOWN_SOURCE, folder_of
from pipelines.record_lines import joined_line
from pipelines.revisions import Revision, with_place

_HEAD: Final = ("schema_version", "extractor", "fetched_at")
"""What the manifest's line says of a part's first and last record."""


@dataclass(frozen=True, slots=True)
class Part:
    """One finished file."""

    path: str
    """Relative to the output folder."""
    lines: int
    size_bytes: int
    sha256: str
    first: str
    """The first record, as far as the manifest tells of it, as JSON."""
    last: str

    def contents(self) -> Contents:
        """The same for the manifest."""
        return Contents(Path(self.path), self.lines, self.size_bytes, self.sha256, self.first.encode(), self.last.encode())


@dataclass(frozen=True, slots=True)
class Written:
    """All that came of one WARC file."""

    parts: tuple[Part, ...]
    counts: Mapping[str, int]
    fault: str | None


_WRITTEN: Final = TypeAdapter(Written)


def written_of(job: Job, key: str) -> Written | None:
    """What came of the WARC file with *key*; ``None`` while its parts are not all there."""
    try:
        return _WRITTEN.validate_json(job.file("parts", key).read_bytes())
    except FileNotFoundError:
        return None


def write_parts(job: Job, key: str, decisions: Iterable[Decision]) -> None:
    """Write the parts of the WARC file with *key*: what nobody has decided on is new. Doing it again writes the same."""
    read, counts = read_of(job, key), Counter[str]()
    decided = {decision.place: decision for decision in decisions}
    with TemporaryDirectory(prefix=f"{key}.", dir=_made(job.room / "aside")) as folder:
        finished: list[Contents] = []
        writer = JsonlWriter(Path(folder), f"{key}-{job.version}", finished.append)
        try:
            for place, article in enumerate(kept_in(job.file("pages", key), read.rows)):
                _write(writer, article, decided.get(place), counts)
            writer.finish()
        finally:
            writer.leave()
        parts = tuple(_settled(job, Path(folder), contents) for contents in finished)
    written = Written(parts, dict(Counter(read.counts) + counts), read.fault)
    with aside(job.file("parts", key)) as part:
        part.write_bytes(_WRITTEN.dump_json(written))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(writer: JsonlWriter, article: Finished, decision: Decision | None, counts: Counter[str]) -> None:
    verdict = decision.verdict if decision else "new"
    is_record = decision is None or decision.values is not None
    counts[f"newsbot/source/{article.source or UNKNOWN_SOURCE}/{f'article/{verdict}' if is_record else verdict}"] += 1
    if not is_record:
        return
    own = article.but(**decision.values) if decision and decision.values else with_place(Revision(article))
    if writer.write(f"articles/{folder_of(own.source, own.record['fetched_at'])}", joined_line(own.values), 0):
        writer.finish_due(0)


def _settled(job: Job, folder: Path, contents: Contents) -> Part:
    """The part under the name that readers know."""
    if job.form == "parquet":
        from newsbot.spark.parquet import as_parquet  # its package is another extra

        contents = as_parquet(contents)
    path = contents.path.relative_to(folder)
    settle(contents.path, job.out / path)
    heads = (_head(contents.first), _head(contents.last))
    return Part(path.as_posix(), contents.lines, contents.size_bytes, contents.sha256, *heads)


def _head(line: bytes) -> str:
    record: dict[str, Any] = json.loads(line)
    return json.dumps({name: record[name] for name in _HEAD}, ensure_ascii=False)
