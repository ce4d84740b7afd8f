"""The SQL of :mod:`newsbot.fleet`: what operators ask, of all sources and workers."""

from __future__ import annotations

from typing import Final

from newsbot.frontier.schema import LEASED, QUARANTINED, WAITING

_NOW: Final = "extract(epoch FROM clock_timestamp())::float8"

FORMS: Final = "SELECT part, version FROM newsbot_form"
WORKERS: Final = f"""
SELECT w.name, w.about, {_NOW} - w.seen_at, coalesce(l.leases, 0), coalesce(h.turns, 0), l.lease_until - {_NOW} FROM frontier_worker w
LEFT JOIN (SELECT worker, count(*) AS leases, min(lease_until) AS lease_until FROM frontier_entry WHERE state = {LEASED} GROUP BY worker) l
    ON l.worker = w.id
LEFT JOIN (SELECT worker, count(*) AS turns FROM frontier_host WHERE worker IS NOT NULL GROUP BY worker) h ON h.worker = w.id
WHERE w.seen_at > {_NOW} - 60 OR l.leases > 0 OR h.turns > 0 ORDER BY w.id"""
HELD_HOSTS: Final = """
SELECT host, held_until - %(now)s, reason FROM frontier_host WHERE held_until > %(now)s ORDER BY held_until DESC LIMIT %(most)s"""
LOST: Final = f"""
SELECT source, coalesce(reason, ''), count(*) FROM frontier_entry WHERE state = {QUARANTINED} GROUP BY 1, 2 ORDER BY 1, 2"""
DUE: Final = f"""
SELECT count(*) FROM (SELECT FROM frontier_entry WHERE state = {WAITING} AND due_at + 0.0 <= %(now)s LIMIT 10000) d"""
COUNTS_OF_ALL: Final = "SELECT source, state, count(*) FROM frontier_entry GROUP BY source, state"
LEASES: Final = f"SELECT count(*) FROM frontier_entry WHERE state = {LEASED}"
SILENT: Final = f"SELECT id FROM frontier_worker WHERE seen_at < {_NOW} - %s"
WORKER_NAMED: Final = "SELECT id FROM frontier_worker WHERE name = %s"
RECLAIM: Final = f"""
UPDATE frontier_entry SET worker = NULL, ended = NULL, deaths = deaths + 1, due_at = {_NOW}, reason = 'worker_died',
    state = CASE WHEN deaths + 1 >= %(deaths)s THEN {QUARANTINED} ELSE {WAITING} END
WHERE id IN (SELECT id FROM frontier_entry WHERE state = {LEASED} AND worker = ANY(%(workers)s) FOR UPDATE SKIP LOCKED) RETURNING 1"""
RECLAIM_HOSTS: Final = f"""
UPDATE frontier_host SET worker = NULL, free_at = greatest(free_at, {_NOW} + delay_s) WHERE worker = ANY(%(workers)s) RETURNING 1"""
