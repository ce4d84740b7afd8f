"""``scrapy extract`` without its shell: one line of JSON in, one line of JSON out. Each line stands alone."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Final, Literal
from zoneinfo import available_timezones

from newsbot.page import MAX_PAGE_BYTES, RawPage

ErrorName = Literal["bad_json", "bad_input", "too_large", "timeout", "worker_died"]
MAX_LINE_BYTES: Final = 4 * MAX_PAGE_BYTES
"""A page of :data:`~newsbot.page.MAX_PAGE_BYTES` in base64 or with every letter escaped still fits."""
_ZONES: Final = frozenset(available_timezones())
_TEXT_KEYS: Final = ("url", "html", "html_base64", "fetched_at", "source", "language", "timezone")
_KEYS: Final = frozenset(("id", "headers", *_TEXT_KEYS))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line has no page."""

    error: ErrorName
    reason: str


@dataclass(frozen=True, slots=True)
class Job:
    """One line of input."""

    line: int
    """From 1."""
    id: str | int | None
    page: RawPage | None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One line of input of ``--of dates`` and ``--of credits``: a text and what is known around it."""

    line: int
    """From 1."""
    entry: dict[str, Any]
    """``id``, ``text``, ``lang``, ``kind``, ``context``; checked. Only ``id`` (or nothing) beside a fault."""
    fault: Fault | None = None


class _BadInputError(ValueError):
    """A line that is JSON and no job."""


def read_jobs(stream: IO[bytes], sources: Mapping[str, object]) -> Iterator[Job]:
    """The jobs of *stream*, blank lines left out; a line that is too long is passed over, never held in memory."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            _pass_over(stream)
            yield Job(number, None, None, Fault("too_large", f"the line has more than {MAX_LINE_BYTES} bytes"))
        elif line.strip():
            yield read_job(line, number, sources)


def read_job(line: bytes, number: int, sources: Mapping[str, object]) -> Job:
    """The job of one *line*; never raises."""
    try:
        entries = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Job(number, None, None, Fault("bad_json", f"is no JSON: {error}"))
    if not isinstance(entries, dict):
        return Job(number, None, None, Fault("bad_input", "is no JSON object"))
    identity = entries.get("id")
    if not isinstance(identity, (str, int)) or isinstance(identity, bool):
        return Job(number, None, None, Fault("bad_input", "id: is missing or neither text nor a whole number"))
    try:
        page = _page(entries, sources)
    except _BadInputError as error:
        return Job(number, identity, None, Fault("bad_input", str(error)))
    if len(page.body) > MAX_PAGE_BYTES or len(page.text or "") > MAX_PAGE_BYTES:
        return Job(number, identity, None, Fault("too_large", f"the page has more than {MAX_PAGE_BYTES} bytes"))
    return Job(number, identity, page)


def read_questions(stream: IO[bytes]) -> Iterator[Question]:
    """The questions of *stream*, blank lines left out; one answer each is due."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES):
        number += 1
        if line.strip():
            yield _question(line, number)


def _question(line: bytes, number: int) -> Question:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Question(number, {}, Fault("bad_json", f"is no JSON: {error}"))
    try:
        _require_question(entry)
    except _BadInputError as error:
        return Question(number, {"id": entry.get("id")} if isinstance(entry, dict) else {}, Fault("bad_input", str(error)))
    return Question(number, entry)


def _require_question(entry: Any) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise _BadInputError("text: is missing or no text")
    _text(entry, "lang")
    if (kind := _text(entry, "kind")) not in (None, "line", "paragraph", "html"):
        raise _BadInputError(f"kind: {kind!r} is none of line, paragraph, html")
    context = entry.get("context") or {}
    if not isinstance(context, dict):
        raise _BadInputError("context: is no object")
    for key in context:
        _text(context, key)
    _instant(context.get("reference_time"))
    if context.get("timezone") not in (None, *_ZONES):
        raise _BadInputError(f"timezone: {context['timezone']!r} is no IANA time zone")


def fault_line(job: Job, fault: Fault) -> dict[str, Any]:
    """What goes out for a job that failed."""
    return {"input": job.id, "url": None, "line": job.line, "error": fault.error, "reason": fault.reason}


def rejected_line(job: Job, code: str, reason: str) -> dict[str, Any]:
    """What goes out for a page that is no article."""
    return {"input": job.id, "url": job.page.url or None if job.page else None, "rejected": code, "reason": reason}


def _pass_over(stream: IO[bytes]) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _page(entries: dict[str, Any], sources: Mapping[str, object]) -> RawPage:
    if unknown := sorted(set(entries) - _KEYS):
        raise _BadInputError(f"{unknown[0]}: unknown key; known are {', '.join(sorted(_KEYS))}")
    texts = {key: _text(entries, key) for key in _TEXT_KEYS}
    if (texts["html"] is None) == (texts["html_base64"] is None):
        raise _BadInputError("give exactly one of html and html_base64")
    if texts["source"] is not None and texts["source"] not in sources:
        raise _BadInputError(f"source: no source is called {texts['source']!r}")
    if texts["timezone"] is not None and texts["timezone"] not in _ZONES:
        raise _BadInputError(f"timezone: {texts['timezone']!r} is no IANA time zone")
    return RawPage(
        url=texts["url"] or "",
        body=_bytes(texts["html_base64"]),
        text=texts["html"],
        fetched_at=_instant(texts["fetched_at"]),
        source=texts["source"],
        headers=_headers(entries.get("headers")),
        language=texts["language"],
        timezone=texts["timezone"],
    )


def _text(entries: dict[str, Any], key: str) -> str | None:
    value = entries.get(key)
    if value is not None and not isinstance(value, str):
        raise _BadInputError(f"{key}: is not text")
    return value


def _bytes(encoded: str | None) -> bytes:
    try:
        return base64.b64decode(encoded or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _BadInputError(f"html_base64: is no base64 ({error})") from error


def _instant(text: str | None) -> str | None:
    """*text* when it is an RFC 3339 instant, in UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or len(text) < len("2026-01-01T00:00:00Z"):
        raise _BadInputError(f"fetched_at: {text!r} is no RFC 3339 time; write it as 2026-11-22T07:00:00Z")
    return utc_text(moment)


def utc_text(moment: datetime) -> str:
    """An aware *moment* as RFC 3339 in UTC, with ``Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _headers(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
        raise _BadInputError("headers: is no object of texts")
    return {name.lower(): entry for name, entry in value.items()}
