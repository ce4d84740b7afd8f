"""The SQL of :class:`newsbot.frontier.postgresql.PostgresqlFrontier`.

Addresses are ``frontier_entry``, as in SQLite. A host has a row: which worker's turn it is (``worker``, until ``busy_until``), and, where
it is nobody's, from when on it may be anybody's (``free_at``, by the database's clock: the only one that all workers share to the
millisecond). A worker that waits for a host that is another's says so (``wanted_by``, ``wanted_until``): nobody else then leases of it.
All other times are those that callers give.

A round is what a run is on one machine: what is visited once a run is visited once a round, by whichever worker.
"""

from __future__ import annotations

from typing import Final

from newsbot.frontier.schema import DONE, LEASED, QUARANTINED, WAITING

_TABLES: Final = """
CREATE TABLE frontier_worker (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, about text NOT NULL DEFAULT '',
    seen_at double precision NOT NULL DEFAULT 0
);
CREATE TABLE frontier_source (worker bigint, source text COLLATE "C", PRIMARY KEY (worker, source));
CREATE TABLE frontier_round (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, began_at double precision NOT NULL DEFAULT 0
);
CREATE TABLE frontier_seeded (round bigint, source text COLLATE "C", PRIMARY KEY (round, source));
CREATE TABLE frontier_clock (latest double precision NOT NULL, draining boolean NOT NULL DEFAULT false);
INSERT INTO frontier_clock VALUES (0);
CREATE TABLE frontier_host (
    host text COLLATE "C" PRIMARY KEY, held_until double precision NOT NULL DEFAULT 0, reason text,
    worker bigint, busy_until double precision NOT NULL DEFAULT 0,
    free_at double precision NOT NULL DEFAULT 0, delay_s double precision NOT NULL DEFAULT 0,
    wanted_by bigint, wanted_until double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE INDEX frontier_busy ON frontier_host (busy_until) WHERE worker IS NOT NULL;
CREATE TABLE frontier_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text COLLATE "C" NOT NULL UNIQUE,
    source text COLLATE "C" NOT NULL, host text COLLATE "C" NOT NULL, kind text NOT NULL,
    state smallint NOT NULL, priority integer NOT NULL, due_at double precision, place integer NOT NULL,
    changed_at double precision, request text NOT NULL,
    tries integer NOT NULL DEFAULT 0, deaths integer NOT NULL DEFAULT 0, reason text,
    worker bigint, named bigint, ended bigint, lease_until double precision,
    fetched_at double precision, status integer, etag text, last_modified text, digest text, unchanged integer NOT NULL DEFAULT 0
);
CREATE INDEX frontier_waiting ON frontier_entry (source, host, priority DESC, due_at, place) WHERE state = 0;
CREATE INDEX frontier_ready ON frontier_entry ((due_at + 0.0)) WHERE state = 0;
CREATE INDEX frontier_leased ON frontier_entry (lease_until) WHERE state = 1;
CREATE INDEX frontier_due ON frontier_entry (due_at) WHERE state = 2 AND due_at > 0;
CREATE INDEX frontier_quarantined ON frontier_entry (source) WHERE state = 3;
CREATE INDEX frontier_counted ON frontier_entry (source, state);
"""

# Lanes (source and host) of a worker's sources are read from index entry to index entry, never all that waits. Priorities are few: the
# first of each tells when something of a lane is due. Sorting is off because the one index that needs none is the one to be read, which a
# database that has no statistics yet would not know.
_FUNCTIONS: Final = """
CREATE FUNCTION frontier_may_lease(
    me bigint, held_until double precision, at double precision, worker bigint, free_at double precision, wanted_by bigint,
    wanted_until double precision
) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT held_until <= at AND (worker = me OR worker IS NULL AND free_at <= extract(epoch FROM clock_timestamp()))
        AND (wanted_by IS NULL OR wanted_by = me OR wanted_until <= extract(epoch FROM clock_timestamp()))
$$;
CREATE FUNCTION frontier_earliest(lane_source text, lane_host text, at double precision) RETURNS double precision
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE level bigint := 9223372036854775807; due double precision; earliest double precision;
BEGIN
    LOOP
        SELECT e.priority, e.due_at INTO level, due FROM frontier_entry e
        WHERE e.state = 0 AND e.source = lane_source AND e.host = lane_host AND e.priority < level
        ORDER BY e.priority DESC, e.due_at LIMIT 1;
        EXIT WHEN NOT FOUND;
        earliest := least(earliest, due);
        EXIT WHEN due <= at;
    END LOOP;
    RETURN earliest;
END $$;
CREATE FUNCTION frontier_lanes(me bigint, after_source text, after_host text) RETURNS TABLE (lane_source text, lane_host text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    lane_source := after_source;
    lane_host := after_host;
    LOOP
        SELECT e.source, e.host INTO lane_source, lane_host FROM frontier_entry e
        WHERE e.state = 0 AND (e.source, e.host) > (lane_source, lane_host) ORDER BY e.source, e.host LIMIT 1;
        EXIT WHEN NOT FOUND;
        IF EXISTS (SELECT FROM frontier_source s WHERE s.worker = me AND s.source = lane_source) THEN
            RETURN NEXT;
        ELSE
            lane_host := chr(1114111);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION frontier_open_lanes(me bigint, after_source text, after_host text, at double precision, wanted integer)
RETURNS TABLE (lane_source text, lane_host text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM frontier_entry e WHERE e.state = 0 AND e.due_at + 0.0 <= at) THEN
        RETURN;  -- nothing's time has come: no lane need be looked at. The sum keeps that index from being taken for those of lanes
    END IF;
    lane_source := after_source;
    lane_host := after_host;
    WHILE wanted > 0 LOOP
        SELECT e.source, e.host INTO lane_source, lane_host FROM frontier_entry e
        WHERE e.state = 0 AND (e.source, e.host) > (lane_source, lane_host) ORDER BY e.source, e.host LIMIT 1;
        EXIT WHEN NOT FOUND;
        IF NOT EXISTS (SELECT FROM frontier_source s WHERE s.worker = me AND s.source = lane_source) THEN
            lane_host := chr(1114111);
        ELSIF EXISTS (SELECT FROM frontier_host h WHERE h.host = lane_host
                AND frontier_may_lease(me, h.held_until, at, h.worker, h.free_at, h.wanted_by, h.wanted_until))
                AND frontier_earliest(lane_source, lane_host, at) <= at THEN
            wanted := wanted - 1;
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION frontier_take(
    me bigint, round bigint, sources text[], hosts text[], wanted integer[], at double precision, until double precision
) RETURNS TABLE (
    lane integer, priority integer, due_at double precision, place integer, id bigint, key text, source text, host text, kind text,
    request text, tries integer, first_named boolean,
    fetched_at double precision, status integer, etag text, last_modified text, digest text, unchanged integer
) LANGUAGE plpgsql SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE level bigint; taken integer; more integer;
BEGIN
    FOR nth IN 1 .. cardinality(sources) LOOP
        PERFORM FROM frontier_host h WHERE h.host = hosts[nth]
            AND frontier_may_lease(me, h.held_until, at, h.worker, h.free_at, h.wanted_by, h.wanted_until) FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        taken := 0;
        level := 9223372036854775807;
        WHILE taken < wanted[nth] LOOP
            SELECT e.priority INTO level FROM frontier_entry e
            WHERE e.state = 0 AND e.source = sources[nth] AND e.host = hosts[nth] AND e.priority < level ORDER BY e.priority DESC LIMIT 1;
            EXIT WHEN NOT FOUND;
            RETURN QUERY UPDATE frontier_entry t SET state = 1, worker = me, named = round, lease_until = until FROM (
                SELECT e.id, e.named IS DISTINCT FROM round AS first_named FROM frontier_entry e
                WHERE e.state = 0 AND e.source = sources[nth] AND e.host = hosts[nth] AND e.priority = level AND e.due_at <= at
                ORDER BY e.due_at, e.place, e.id LIMIT wanted[nth] - taken FOR UPDATE SKIP LOCKED
            ) old WHERE t.id = old.id
            RETURNING nth, t.priority, t.due_at, t.place, t.id, t.key, t.source, t.host, t.kind, t.request, t.tries, old.first_named,
                t.fetched_at, t.status, t.etag, t.last_modified, t.digest, t.unchanged;
            GET DIAGNOSTICS more = ROW_COUNT;
            taken := taken + more;
        END LOOP;
        IF taken > 0 THEN
            UPDATE frontier_host SET worker = me, busy_until = until WHERE host = hosts[nth];
        END IF;
    END LOOP;
END $$
"""

MIGRATIONS: Final = (_TABLES + _FUNCTIONS,)
_NOW: Final = "extract(epoch FROM clock_timestamp())"

WORKER: Final = f"""
INSERT INTO frontier_worker (name, about, seen_at) VALUES (%s, %s, {_NOW}) ON CONFLICT (name) DO UPDATE SET about = excluded.about
RETURNING id"""
ROUND: Final = "INSERT INTO frontier_round (name) VALUES (%s) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id"
FLEET: Final = """
SELECT coalesce(r.id, 0), coalesce(r.began_at, 0), c.draining FROM frontier_clock c
LEFT JOIN (SELECT id, began_at FROM frontier_round WHERE began_at > 0 ORDER BY id DESC LIMIT 1) r ON true"""
ROUND_LOCK: Final = "SELECT pg_try_advisory_xact_lock(1853189995, hashtext(current_schema()))"
BEGIN_ROUND: Final = "INSERT INTO frontier_round (name, began_at) VALUES (%s, %s) RETURNING id"
SEED: Final = """
INSERT INTO frontier_seeded SELECT %(round)s, s.source FROM frontier_source s WHERE s.worker = %(me)s ORDER BY s.source
ON CONFLICT DO NOTHING RETURNING source"""
FORGET_ROUNDS: Final = (
    "DELETE FROM frontier_seeded WHERE round < %(round)s",
    f"DELETE FROM frontier_source WHERE worker IN (SELECT id FROM frontier_worker WHERE seen_at < {_NOW} - 86400)",
    f"""DELETE FROM frontier_worker w WHERE seen_at < {_NOW} - 86400
    AND NOT EXISTS (SELECT FROM frontier_entry e WHERE e.state = {LEASED} AND e.worker = w.id)""",
)
DRAIN: Final = "UPDATE frontier_clock SET draining = %s"
FORGET_SOURCES: Final = "DELETE FROM frontier_source WHERE worker = %s"
SOURCES: Final = "INSERT INTO frontier_source SELECT %s, unnest(%s::text[])"
CLOCK: Final = f"SELECT {_NOW}"

# A clock that was set back would leave everything that was stored under the later time waiting for that time to come again.
LATEST: Final = "SELECT latest FROM frontier_clock"
SET_LATEST: Final = "UPDATE frontier_clock SET latest = %(now)s WHERE latest < %(now)s - 1"
SET_BACK: Final = (
    f"UPDATE frontier_entry SET due_at = %(now)s WHERE state = {WAITING} AND due_at > %(now)s",
    f"UPDATE frontier_entry SET fetched_at = %(now)s, due_at = least(due_at, %(now)s) WHERE state = {DONE} AND fetched_at > %(now)s",
    f"UPDATE frontier_entry SET lease_until = %(until)s WHERE state = {LEASED} AND lease_until > %(until)s",
    "UPDATE frontier_host SET held_until = 0 WHERE held_until > %(now)s",
    "UPDATE frontier_host SET busy_until = %(until)s WHERE busy_until > %(until)s",
    f"UPDATE frontier_host SET free_at = {_NOW} + delay_s WHERE free_at > {_NOW} + delay_s",
    "UPDATE frontier_clock SET latest = %(now)s",
)
TAKE_BACK: Final = f"""
UPDATE frontier_entry SET worker = NULL, ended = NULL, deaths = deaths + 1, due_at = %(now)s, reason = 'worker_died',
    state = CASE WHEN deaths + 1 >= %(deaths)s THEN {QUARANTINED} ELSE {WAITING} END
WHERE id IN (SELECT id FROM frontier_entry WHERE state = {LEASED} AND lease_until < %(now)s FOR UPDATE SKIP LOCKED) RETURNING 1"""
TAKE_BACK_HOSTS: Final = f"""
UPDATE frontier_host SET worker = NULL, free_at = greatest(free_at, {_NOW} + delay_s)
WHERE host IN (SELECT host FROM frontier_host WHERE worker IS NOT NULL AND busy_until < %(now)s FOR UPDATE SKIP LOCKED)"""
EXTEND: Final = f"""
UPDATE frontier_entry SET lease_until = %(until)s WHERE state = {LEASED} AND worker = %(me)s AND key = ANY(%(keys)s)"""
EXTEND_HOSTS: Final = "UPDATE frontier_host SET busy_until = %(until)s WHERE worker = %(me)s AND host = ANY(%(hosts)s) RETURNING host"
SEEN: Final = "UPDATE frontier_worker SET seen_at = %(now)s WHERE id = %(me)s"

HOSTS: Final = "INSERT INTO frontier_host (host) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
# In the order of the keys, as everywhere where several rows are locked: two workers never wait for each other.
INSERT: Final = f"""
INSERT INTO frontier_entry (key, source, host, kind, state, priority, due_at, place, changed_at, request, named)
SELECT key, source, host, kind, {WAITING}, priority, %(now)s, place, changed_at, request, %(round)s
FROM unnest(%(key)s::text[], %(source)s::text[], %(host)s::text[], %(kind)s::text[], %(priority)s::integer[], %(changed_at)s::float8[],
    %(request)s::text[]) WITH ORDINALITY AS e (key, source, host, kind, priority, changed_at, request, place)
ORDER BY key ON CONFLICT (key) DO NOTHING RETURNING key"""
_KNOWN: Final = """
SELECT key, state, due_at, named IS NOT DISTINCT FROM %(round)s, ended, fetched_at, changed_at FROM frontier_entry
WHERE key = ANY(%(keys)s)"""
KNOWN: Final = _KNOWN
KNOWN_LOCKED: Final = f"{_KNOWN} AND state <> {LEASED} ORDER BY key FOR UPDATE"
NAME: Final = "UPDATE frontier_entry SET named = %(round)s WHERE key = ANY(%(keys)s)"
REVIVE: Final = f"""
UPDATE frontier_entry t SET state = {WAITING}, due_at = %(now)s, tries = 0, deaths = 0, reason = NULL, worker = NULL, ended = NULL,
    named = %(round)s, source = e.source, host = e.host, priority = e.priority, place = e.place, request = e.request,
    changed_at = greatest(e.changed_at, t.changed_at, 0)
FROM unnest(%(key)s::text[], %(source)s::text[], %(host)s::text[], %(priority)s::integer[], %(changed_at)s::float8[], %(request)s::text[])
    WITH ORDINALITY AS e (key, source, host, priority, changed_at, request, place)
WHERE t.key = e.key"""
REVIVE_DUE: Final = f"""
UPDATE frontier_entry SET state = {WAITING}, tries = 0, deaths = 0, reason = NULL, ended = NULL
WHERE id IN (SELECT id FROM frontier_entry WHERE state = {DONE} AND due_at > 0 AND due_at <= %(now)s FOR UPDATE SKIP LOCKED) RETURNING 1"""

OPEN_LANES: Final = "SELECT * FROM frontier_open_lanes(%s, %s, %s, %s, %s)"
TAKE: Final = "SELECT * FROM frontier_take(%s, %s, %s::text[], %s::text[], %s::integer[], %s, %s)"

FINISH: Final = f"""
UPDATE frontier_entry SET state = {DONE}, due_at = %(due_at)s, tries = 0, deaths = 0, reason = NULL, worker = NULL, ended = %(round)s,
    fetched_at = %(fetched_at)s, status = %(status)s, etag = %(etag)s, last_modified = %(last_modified)s, digest = %(digest)s,
    unchanged = %(unchanged)s
WHERE key = %(key)s AND state IN ({WAITING}, {LEASED})"""
POSTPONE: Final = f"""
UPDATE frontier_entry SET state = {WAITING}, due_at = %(until)s, reason = %(reason)s, worker = NULL, ended = NULL
WHERE key = %(key)s AND state = {LEASED} AND worker = %(me)s"""
FAIL: Final = f"""
UPDATE frontier_entry SET tries = tries + 1, reason = %(reason)s, worker = NULL, ended = %(round)s,
    state = CASE WHEN tries + 1 >= %(max_tries)s THEN {QUARANTINED} ELSE {WAITING} END,
    due_at = %(now)s + %(retry_s)s * power(4, tries)
WHERE key = %(key)s AND state = {LEASED} AND worker = %(me)s RETURNING state"""

HOLD: Final = """
INSERT INTO frontier_host (host, held_until, reason) VALUES (%(host)s, %(until)s, %(reason)s) ON CONFLICT (host) DO UPDATE
SET held_until = excluded.held_until, reason = excluded.reason WHERE excluded.held_until > frontier_host.held_until"""
CLAIM: Final = f"""
INSERT INTO frontier_host AS h (host, worker, busy_until, delay_s) VALUES (%(host)s, %(me)s, %(until)s, %(delay_s)s)
ON CONFLICT (host) DO UPDATE SET worker = %(me)s, busy_until = %(until)s, delay_s = %(delay_s)s, wanted_by = nullif(h.wanted_by, %(me)s)
WHERE h.worker = %(me)s OR h.worker IS NULL AND h.free_at <= {_NOW} AND h.held_until <= %(now)s
    AND (h.wanted_by IS NULL OR h.wanted_by = %(me)s OR h.wanted_until <= {_NOW}) RETURNING 1"""
WANT: Final = f"""
UPDATE frontier_host SET wanted_by = %(me)s, wanted_until = {_NOW} + %(patience_s)s
WHERE host = %(host)s AND (wanted_by IS NULL OR wanted_by = %(me)s OR wanted_until <= {_NOW})"""
LET_GO: Final = f"""
UPDATE frontier_host SET worker = NULL, free_at = greatest(free_at, {_NOW} - %(ago_s)s + delay_s)
WHERE host = %(host)s AND worker = %(me)s"""

NEXT_DUE: Final = f"""
SELECT min(greatest(frontier_earliest(lane_source, lane_host, %(now)s), h.held_until, CASE
    WHEN h.worker = %(me)s THEN 0 WHEN h.worker IS NOT NULL THEN %(now)s + %(look_s)s
    WHEN h.free_at > {_NOW} THEN %(now)s + h.free_at - {_NOW} ELSE 0 END,
    CASE WHEN h.wanted_by <> %(me)s AND h.wanted_until > {_NOW} THEN %(now)s + h.wanted_until - {_NOW} ELSE 0 END))
FROM frontier_lanes(%(me)s, '', '') JOIN frontier_host h ON h.host = lane_host"""
NEXT_RETURN: Final = f"""
SELECT min(e.lease_until) FROM frontier_entry e WHERE e.state = {LEASED} AND e.worker <> %(me)s
AND EXISTS (SELECT FROM frontier_source s WHERE s.worker = %(me)s AND s.source = e.source)"""
_MINE: Final = "EXISTS (SELECT FROM frontier_source s WHERE s.worker = %(me)s AND s.source = e.source)"
WAITS: Final = f"""
SELECT e.source, e.host, greatest(min(e.due_at), h.held_until), count(*),
    CASE WHEN h.held_until > %(now)s THEN h.reason ELSE (array_agg(e.reason ORDER BY e.due_at))[1] END
FROM frontier_entry e JOIN frontier_host h ON h.host = e.host WHERE e.state = {WAITING} AND {_MINE}
GROUP BY e.source, e.host, h.held_until, h.reason ORDER BY e.source, e.host"""
COUNTS: Final = f"SELECT e.source, e.state, count(*) FROM frontier_entry e WHERE {_MINE} GROUP BY e.source, e.state"
IN_QUARANTINE: Final = f"""
SELECT e.key, e.source, e.request, e.reason, e.tries FROM frontier_entry e
WHERE e.state = {QUARANTINED} AND {_MINE} ORDER BY e.source, e.id"""
RELEASE: Final = f"""
UPDATE frontier_entry SET state = {WAITING}, due_at = %(now)s, tries = 0, deaths = 0, reason = NULL, worker = NULL, ended = NULL
WHERE key = %(key)s AND state = {QUARANTINED} RETURNING 1"""
