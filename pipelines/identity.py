"""One article, one id: which addresses and which text are known already, in one SQLite file or a fleet's database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from newsbot.items import Deletion
from newsbot.tables import Place, open_tables
from pipelines.finished import Finished, address_key, digest
from pipelines.fleet_writer import FleetWriter
from pipelines.memory import claim_of

PART: Final = "identities"
FORMS: Final = (
    """
CREATE TABLE address (key BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE text (key BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE home (id TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID
""",
)
_STORE_ADDRESS: Final = "INSERT INTO address VALUES (?, ?) ON CONFLICT (key) DO NOTHING"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article that its source tells under another address already, word for word."""

    url: str
    of: str
    """Id of the article that was there first."""


class Identities:
    """The id of each article. An id is remembered when its record is on the disk, never before: a killed run forgets the rest.

    In a fleet addresses and texts that nobody knew are one writer's until the record is stored, or the article is given up.
    """

    def __init__(self, place: Place, writer: FleetWriter | None = None) -> None:
        self._tables = open_tables(place, PART, FORMS)
        self._writer = writer
        self._addresses: dict[bytes, str] = {}
        self._texts: dict[bytes, str] = {}
        self._unwritten: set[str] = set()

    def judge(self, article: Finished) -> Finished | Duplicate:
        """*article* under the id of its first known address, or what it repeats.

        Variants (AMP, mobile, print), addresses before redirects and the canonical address are one address; an address that turns out to
        be another article's leads to that one from now on.

        Raises:
            BusyError: another writer of the fleet is about to store one of its addresses or its text; ask again.
        """
        while True:
            own, keys, text = article.id, article.addresses, text_key(article.record)
            addresses, twin = self._known(keys, text)
            known = next((addresses[key] for key in keys if key in addresses), None)
            if known is None and twin is not None and twin != own:
                self._store_addresses(keys, twin)
                return Duplicate(article.url, twin)
            new = [key for key in keys if key not in addresses]
            if self._is_first(new, None if twin else text, known or own):
                break
        self._expect(keys, known or own, is_new=known is None)
        if twin is None:
            self._texts.setdefault(text, known or own)
        return article.but(id=known) if known else article

    def id_at(self, url: str) -> str | None:
        """The id of the article that is known under *url* or a variant of it."""
        key = address_key(url)
        return self._known([key], None)[0].get(key)

    def known_as(self, deletion: Deletion) -> Deletion | None:
        """*deletion* under the id of the article's records; ``None`` when the article lives on under another address."""
        key = address_key(deletion.url)
        known = self.id_at(deletion.url) or deletion.id
        homes = self._tables.rows("SELECT key FROM home WHERE id = ?", (known,))
        return replace(deletion, id=known) if not homes or homes[0][0] == key else None

    def remember(self, records: Iterable[dict[str, Any]]) -> None:
        """Take *records* for written: they are on the disk."""
        stored = [record for record in records if record["url"]]
        ids = {record["id"] for record in stored}
        addresses = {key: known for key, known in self._addresses.items() if known in ids} | dict(_record_addresses(stored))
        texts = {text_key(one): one["id"] for one in reversed(stored)}
        homes = {one["id"]: address_key(one["url"]) for one in stored}
        with self._tables.transaction():
            self._tables.change("INSERT INTO home VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET key = excluded.key", *sorted(homes.items()))
            self._tables.change(_STORE_ADDRESS, *sorted(addresses.items()))
            self._tables.change("INSERT INTO text VALUES (?, ?) ON CONFLICT (key) DO NOTHING", *sorted(texts.items()))
        self._tables.afterwards(lambda: self._drop(addresses, texts, ids))

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()

    def _is_first(self, addresses: Sequence[bytes], text: bytes | None, known: str) -> bool:
        """Whether nobody in the fleet knows *addresses* and *text*, nor will before this writer has stored article *known*."""
        if self._writer is None:
            return True
        wanted = [key for key in addresses if key not in self._addresses] + [text] * (text is not None and text not in self._texts)
        claims = [b"key " + key for key in wanted if key is not None]
        if all(map(self._writer.holds, claims)):
            return True
        self._writer.gain([claim_of(known), *claims], known)
        if not any(self._known(addresses, text)):
            return True
        if known not in self._unwritten:
            self._writer.release([known])
        return False

    def _expect(self, keys: Sequence[bytes], known: str, *, is_new: bool) -> None:
        """Hold what will be remembered of an article; addresses of one whose record is on the disk are stored at once."""
        if is_new or known in self._unwritten:
            self._unwritten.add(known)
            self._addresses |= dict.fromkeys(keys, known)
        else:
            self._store_addresses(keys, known)

    def _known(self, keys: Sequence[bytes], text: bytes | None) -> tuple[dict[bytes, str], str | None]:
        """The ids of those of *keys* that are known, and of *text*."""
        addresses = {key: self._addresses[key] for key in keys if key in self._addresses}
        twin = self._texts.get(text) if text else None
        for table, key, known in self._stored([key for key in keys if key not in addresses], None if twin else text):
            if table == "text":
                twin = known
            else:
                addresses[key] = known
        return addresses, twin

    def _stored(self, keys: Sequence[bytes], text: bytes | None) -> list[tuple[str, bytes, str]]:
        """What is stored of *keys* and *text*: table, key, id."""
        values = (*keys, text) if text else tuple(keys)
        return self._tables.rows(_known_query(len(keys), text is not None), values) if values else []

    def _store_addresses(self, keys: Sequence[bytes], known: str) -> None:
        addresses, _ = self._known(keys, None)
        if unknown := sorted({(key, known) for key in keys if key not in addresses}):
            self._tables.change(_STORE_ADDRESS, *unknown)

    def _drop(self, addresses: Iterable[bytes], texts: Iterable[bytes], ids: Iterable[str]) -> None:
        """Hold no longer what is stored."""
        for key in addresses:
            self._addresses.pop(key, None)
        for key in texts:
            self._texts.pop(key, None)
        self._unwritten.difference_update(ids)


@cache
def _known_query(keys: int, texts: int) -> str:
    parts = ["SELECT 'address', key, id FROM address WHERE key = ?"] * keys + ["SELECT 'text', key, id FROM text WHERE key = ?"] * texts
    return " UNION ALL ".join(parts)


def _record_addresses(records: Iterable[dict[str, Any]]) -> Iterator[tuple[bytes, str]]:
    for record in records:
        for url in filter(None, (record["canonical_url"], record["url"])):
            yield address_key(url), record["id"]


def text_key(record: Mapping[str, Any]) -> bytes:
    """One key for what a source tells word for word. The title too: forecasts and results are told in the same words every day."""
    return digest(f"{record['source']}\0{record['title']}\0{record['content_hash']}")
