"""The SQL of :class:`newsbot.frontier.sqlite.SqliteFrontier`."""

from __future__ import annotations

from typing import Final

WAITING, LEASED, DONE, QUARANTINED = range(4)

MIGRATIONS: Final = (
    """
CREATE TABLE worker (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE host (host TEXT PRIMARY KEY, held_until REAL NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE clock (latest REAL NOT NULL);
INSERT INTO clock VALUES (0);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL, host TEXT NOT NULL, kind TEXT NOT NULL,
    state INTEGER NOT NULL, priority INTEGER NOT NULL, due_at REAL, changed_at REAL, request TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, deaths INTEGER NOT NULL DEFAULT 0, reason TEXT,
    worker INTEGER, named INTEGER, lease_until REAL,
    fetched_at REAL, status INTEGER, etag TEXT, last_modified TEXT, digest TEXT, unchanged INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX entry_waiting ON entry (source, host, priority DESC, due_at) WHERE state = 0;
CREATE INDEX entry_leased ON entry (lease_until) WHERE state = 1;
CREATE INDEX entry_due ON entry (due_at) WHERE state = 2 AND due_at > 0;
CREATE INDEX entry_quarantined ON entry (source) WHERE state = 3
""",
)

WORKER: Final = "INSERT INTO worker (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id"

# A clock that was set back would leave everything that was stored under the later time waiting for that time to come again.
SET_BACK: Final = (
    f"UPDATE entry SET due_at = :now WHERE state = {WAITING} AND due_at > :now",
    f"UPDATE entry SET fetched_at = :now, due_at = min(due_at, :now) WHERE state = {DONE} AND fetched_at > :now",
    "DELETE FROM host WHERE held_until > :now",
    "UPDATE clock SET latest = :now",
)
LATEST: Final = "SELECT latest FROM clock"
SET_LATEST: Final = "UPDATE clock SET latest = :now WHERE latest < :now"
TAKE_BACK: Final = f"""
UPDATE entry SET worker = NULL, deaths = deaths + 1, due_at = :now, reason = 'worker_died',
    state = CASE WHEN deaths + 1 >= :deaths THEN {QUARANTINED} ELSE {WAITING} END
WHERE state = {LEASED} AND lease_until < :late"""
EXTEND: Final = f"UPDATE entry SET lease_until = :until WHERE state = {LEASED} AND worker = :me"

INSERT: Final = f"""
INSERT INTO entry (key, source, host, kind, state, priority, due_at, changed_at, request, named)
VALUES (:key, :source, :host, :kind, {WAITING}, :priority, :now, :changed_at, :request, :me) ON CONFLICT (key) DO NOTHING"""
KNOWN: Final = "SELECT state, due_at, named IS :me, worker, fetched_at, changed_at FROM entry WHERE key = :key"
NAME: Final = "UPDATE entry SET named = :me WHERE key = :key"
REVIVE: Final = f"""
UPDATE entry SET state = {WAITING}, due_at = :now, tries = 0, deaths = 0, reason = NULL, worker = NULL, named = :me,
    source = :source, host = :host, priority = :priority, request = :request,
    changed_at = max(ifnull(:changed_at, 0), ifnull(changed_at, 0))
WHERE key = :key"""
REVIVE_DUE: Final = f"""
UPDATE entry SET state = {WAITING}, tries = 0, deaths = 0, reason = NULL, worker = NULL
WHERE state = {DONE} AND due_at > 0 AND due_at <= :now"""

NEXT_HOST: Final = f"SELECT source, host FROM entry WHERE state = {WAITING} AND source = ? AND host > ? ORDER BY host LIMIT 1"
NEXT_SOURCE: Final = f"SELECT source, host FROM entry WHERE state = {WAITING} AND source > ? ORDER BY source, host LIMIT 1"
NEXT_PRIORITY: Final = f"SELECT max(priority) FROM entry WHERE state = {WAITING} AND source = ? AND host = ? AND priority < ?"
READY: Final = f"""
SELECT id, key, source, host, kind, request, tries, named IS NOT :me, fetched_at, status, etag, last_modified, digest, unchanged
FROM entry WHERE state = {WAITING} AND source = :source AND host = :host AND priority = :priority AND due_at <= :now
ORDER BY due_at, id LIMIT :limit"""
TAKE: Final = f"UPDATE entry SET state = {LEASED}, worker = ?, named = ?, lease_until = ? WHERE id = ?"
EARLIEST: Final = f"SELECT min(due_at) FROM entry WHERE state = {WAITING} AND source = ? AND host = ? AND priority = ?"

FINISH: Final = f"""
UPDATE entry SET state = {DONE}, due_at = :due_at, tries = 0, deaths = 0, reason = NULL, worker = :me, fetched_at = :fetched_at,
    status = :status, etag = :etag, last_modified = :last_modified, digest = :digest, unchanged = :unchanged
WHERE key = :key AND state IN ({WAITING}, {LEASED})"""
POSTPONE: Final = f"""
UPDATE entry SET state = {WAITING}, due_at = :until, reason = :reason, worker = NULL
WHERE key = :key AND state = {LEASED} AND worker = :me"""
TRIES: Final = f"SELECT tries + 1 FROM entry WHERE key = :key AND state = {LEASED} AND worker = :me"
FAIL: Final = "UPDATE entry SET state = :state, due_at = :until, tries = :tries, reason = :reason WHERE key = :key"

HOLD: Final = """
INSERT INTO host VALUES (:host, :until, :reason)
ON CONFLICT (host) DO UPDATE SET held_until = excluded.held_until, reason = excluded.reason WHERE excluded.held_until > held_until"""
HOLDS: Final = "SELECT host, held_until, reason FROM host WHERE held_until > ?"
WAIT: Final = f"""
SELECT count(*), min(due_at),
    (SELECT reason FROM entry WHERE state = {WAITING} AND source = :source AND host = :host ORDER BY due_at LIMIT 1)
FROM entry WHERE state = {WAITING} AND source = :source AND host = :host"""

COUNTS: Final = "SELECT source, state, count(*) FROM entry GROUP BY source, state"
IN_QUARANTINE: Final = f"SELECT key, source, request, reason, tries FROM entry WHERE state = {QUARANTINED} ORDER BY source, id"
RELEASE: Final = f"""
UPDATE entry SET state = {WAITING}, due_at = :now, tries = 0, deaths = 0, reason = NULL, worker = NULL
WHERE key = :key AND state = {QUARANTINED}"""
