"""Small feeds of our own, in the form that crawls write."""

import hashlib
import json
from pathlib import Path

from pipelines.field_docs import example_record
from pipelines.manifest import NAME, Entry, entry_line
from pipelines.record_lines import record_line
from pipelines.records import SCHEMA_VERSION

FETCHED = "2026-11-21T07:30:04Z"


def record(number: int = 1, **values) -> dict:
    """A full record whose id is *number*."""
    return example_record() | {"id": f"{number:032x}", "fetched_at": FETCHED} | values


def event(number: int, **values) -> dict:
    shape = {"event": "deleted", "id": f"{number:032x}", "url": None, "status": 410, "seen_at": "2026-11-25T00:00:00Z", "last_revision": 2}
    return shape | values


def add_file(
    out: Path, lines: list[dict], kind: str = "articles", folder: str = "example/2026-11-21", version: str = SCHEMA_VERSION
) -> Entry:
    """One more finished file with its line in the manifest."""
    manifest = out / NAME
    known = manifest.read_bytes().splitlines() if manifest.exists() else []
    sequence = json.loads(known[-1])["sequence"] + 1 if known else 1
    path = f"{kind}/{folder}/run-{sequence:04d}.jsonl"
    data = b"".join(map(record_line, lines))
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(data)
    key = "fetched_at" if kind == "articles" else "seen_at"
    times = [line[key] for line in (lines[0], lines[-1])]
    digest = hashlib.sha256(data).hexdigest()
    entry = Entry(sequence, path, kind, len(lines), len(data), digest, version, "0.1.0", *times, "2026-11-21T08:00:00Z")
    with manifest.open("ab") as stream:
        stream.write(entry_line(entry))
    return entry


def prune(out: Path, count: int) -> None:
    """Take away the *count* oldest files and their lines."""
    lines = (out / NAME).read_bytes().splitlines(keepends=True)
    for line in lines[:count]:
        (out / json.loads(line)["path"]).unlink()
    replace_manifest(out, lines[count:])


def replace_manifest(out: Path, lines: list[bytes]) -> None:
    """The manifest anew, at once, as whoever rewrites it must."""
    aside = out / "manifest.new"
    aside.write_bytes(b"".join(lines))
    aside.replace(out / NAME)
