"""Stories that writers of a fleet have judged and not stored yet: each sees those of the others, and judges after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pipelines.fleet_writer import FleetWriter
from pipelines.sketches import Sketch

_LOCK: Final = """
SELECT pg_advisory_xact_lock(hashtextextended('story', value)) FROM (SELECT unnest(?::bigint[]) AS value ORDER BY value) AS shared
"""
"""Two texts are compared when they share one of these: who judges the second one waits until the first one is judged."""
_OTHERS: Final = """
SELECT article, cluster, published, host, stretches, minima FROM draft WHERE writer <> ? AND (article, writer) IN
    (SELECT article, writer FROM draft_minimum WHERE value = ANY(?::bigint[]))
"""
_DRAFT: Final = """
INSERT INTO draft (article, writer, cluster, published, host, stretches, minima) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (article, writer) DO UPDATE SET cluster = excluded.cluster, published = excluded.published, host = excluded.host,
    stretches = excluded.stretches, minima = excluded.minima
"""
_MINIMA: Final = "INSERT INTO draft_minimum (value, article, writer) SELECT unnest(?::bigint[]), ?, ? ON CONFLICT DO NOTHING"


class Drafts:
    """What *writer* and the others have judged. Every call is part of a transaction."""

    def __init__(self, writer: FleetWriter) -> None:
        self._writer = writer

    def others(self, sketch: Sketch) -> list[tuple[Any, ...]]:
        """Article, cluster, publication, host, stretches and minima of the others' drafts that may tell the same as *sketch*.

        Until the transaction is over no other writer judges a text that may.
        """
        minima = sorted(sketch.indexed)
        database = self._writer.database
        database.change("SET LOCAL synchronous_commit = off", ())  # a crash of the database may cost a draft: that is waited for by nobody
        database.rows(_LOCK, (minima,))
        return database.rows(_OTHERS, (self._writer.name, minima))

    def tell(self, values: Sequence[Any], sketch: Sketch) -> None:
        """Let the others see a story: article, cluster, publication, host, stretches and minima. What was told before is ended first."""
        article, name = values[0], self._writer.name
        self._writer.database.change(_DRAFT, (article, name, *values[1:]))
        self._writer.database.change(_MINIMA, (sorted(sketch.indexed), article, name))

    def end(self, articles: Iterable[str]) -> None:
        """The stories of *articles* are stored in the same transaction, where all see them."""
        values = (self._writer.name, sorted(articles))
        self._writer.database.change("DELETE FROM draft_minimum WHERE writer = ? AND article = ANY(?::text[])", values)
        self._writer.database.change("DELETE FROM draft WHERE writer = ? AND article = ANY(?::text[])", values)
