"""The contract of an event of the feed, beside that of the record (:mod:`pipelines.schema`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from pipelines import records
from pipelines.field_docs import field_docs

EXAMPLE: Final[dict[str, Any]] = {
    "event": "deleted",
    "id": "b7d3a1c05e9f42688a10c4e2f7093d5b",
    "url": "https://www.news.example/world/harbour-lights-4711",
    "status": 410,
    "seen_at": "2026-11-24T06:00:00Z",
    "last_revision": 2,
}


@dataclass(frozen=True, slots=True)
class EventRecord:
    """What befell an article without a page to make a record of. Whatever the event, the article is no longer to be shown."""

    event: str
    """What happened: ``deleted`` by its publisher, ``forgotten`` by whoever runs the crawl, or another word of later versions."""
    id: str
    """The article, as in its records. Format: 32 hexadecimal digits."""
    url: str | None
    """The address that is gone. Format: absolute URL. Null: not to be told."""
    status: int | None
    """What the server answered: 404 or 410. Null: no server was asked."""
    seen_at: str
    """When it was seen. Format: RFC 3339, UTC."""
    last_revision: int | None
    """``revision`` of the article's last record. Null: not known."""


def event_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one event; every key required, others allowed."""
    schema = TypeAdapter(EventRecord).json_schema(mode="serialization")
    schema["required"] = list(schema["properties"])
    for field, doc in field_docs(EventRecord).items():
        part = schema["properties"][field]
        part["description"] = " ".join(
            filter(None, [doc.meaning, doc.format and f"Format: {doc.format}.", doc.absent and f"Null: {doc.absent}."])
        )
        part["examples"] = [EXAMPLE[field]]
    schema["properties"]["id"]["pattern"] = r"^[0-9a-f]{32}$"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://newsbot.example/schema/event-{records.SCHEMA_VERSION}.json",
        **schema,
        "title": f"newsbot event {records.SCHEMA_VERSION}",
    }
