"""One article, one id: which addresses and which text are known already, in one SQLite file of the state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from newsbot.database import open_database, transaction
from newsbot.items import Deletion
from pipelines.finished import Finished, address_key, digest

_MIGRATIONS: Final = (
    """
CREATE TABLE address (key BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE text (key BLOB PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE home (id TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID
""",
)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article that its source tells under another address already, word for word."""

    url: str
    of: str
    """Id of the article that was there first."""


class Identities:
    """The id of each article. An id is remembered when its record is on the disk, never before: a killed run forgets the rest."""

    def __init__(self, path: Path) -> None:
        self._database = open_database(path, _MIGRATIONS)
        self._addresses: dict[bytes, str] = {}
        self._texts: dict[bytes, str] = {}
        self._unwritten: set[str] = set()

    def judge(self, article: Finished) -> Finished | Duplicate:
        """*article* under the id of its first known address, or what it repeats.

        Variants (AMP, mobile, print), addresses before redirects and the canonical address are one address; an address that turns out to
        be another article's leads to that one from now on.
        """
        own, keys, text = article.id, article.addresses, text_key(article.record)
        known = next(filter(None, map(self._address, keys)), None)
        twin = self._text(text)
        if known is None and twin is not None and twin != own:
            self._store_addresses(keys, twin)
            return Duplicate(article.url, twin)
        self._expect(keys, text, known or own, is_new=known is None)
        return article.but(id=known) if known else article

    def id_at(self, url: str) -> str | None:
        """The id of the article that is known under *url* or a variant of it."""
        return self._address(address_key(url))

    def known_as(self, deletion: Deletion) -> Deletion | None:
        """*deletion* under the id of the article's records; ``None`` when the article lives on under another address."""
        key = address_key(deletion.url)
        known = self._address(key) or deletion.id
        row = self._database.execute("SELECT key FROM home WHERE id = ?", (known,)).fetchone()
        return replace(deletion, id=known) if row is None or row[0] == key else None

    def remember(self, records: Iterable[dict[str, Any]]) -> None:
        """Take *records* for written: they are on the disk."""
        stored = [record for record in records if record["url"]]
        ids = {record["id"] for record in stored}
        addresses = {key: known for key, known in self._addresses.items() if known in ids} | dict(_record_addresses(stored))
        texts = [(text_key(one), one["id"]) for one in stored]
        homes = [(one["id"], address_key(one["url"])) for one in stored]
        with transaction(self._database):
            self._database.executemany("INSERT INTO home VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET key = excluded.key", homes)
            self._database.executemany("INSERT INTO address VALUES (?, ?) ON CONFLICT (key) DO NOTHING", addresses.items())
            self._database.executemany("INSERT INTO text VALUES (?, ?) ON CONFLICT (key) DO NOTHING", texts)
        for key in addresses:
            self._addresses.pop(key, None)
        for key, _ in texts:
            self._texts.pop(key, None)
        self._unwritten -= ids

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _expect(self, keys: Iterable[bytes], text: bytes, known: str, *, is_new: bool) -> None:
        """Hold what will be remembered of an article; addresses of one whose record is on the disk are stored at once."""
        if is_new or known in self._unwritten:
            self._unwritten.add(known)
            self._addresses |= dict.fromkeys(keys, known)
        else:
            self._store_addresses(keys, known)
        self._texts.setdefault(text, known)

    def _address(self, key: bytes) -> str | None:
        return self._addresses.get(key) or self._read("address", key)

    def _text(self, key: bytes) -> str | None:
        return self._texts.get(key) or self._read("text", key)

    def _read(self, table: str, key: bytes) -> str | None:
        row = self._database.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _store_addresses(self, keys: Iterable[bytes], known: str) -> None:
        unknown = [(key, known) for key in keys if self._address(key) is None]
        if unknown:
            self._database.executemany("INSERT INTO address VALUES (?, ?) ON CONFLICT (key) DO NOTHING", unknown)


def _record_addresses(records: Iterable[dict[str, Any]]) -> Iterator[tuple[bytes, str]]:
    for record in records:
        for url in filter(None, (record["canonical_url"], record["url"])):
            yield address_key(url), record["id"]


def text_key(record: Mapping[str, Any]) -> bytes:
    """One key for what a source tells word for word. The title too: forecasts and results are told in the same words every day."""
    return digest(f"{record['source']}\0{record['title']}\0{record['content_hash']}")
