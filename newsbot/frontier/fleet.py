"""The frontier as a worker of a fleet uses it: rounds that all share, an end that an operator can ask for, leases of others in view."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from newsbot.frontier import postgresql_schema as schema
from newsbot.frontier.postgresql import PostgresqlFrontier
from newsbot.frontier.values import Lease


@dataclass(frozen=True, slots=True)
class Round:
    """What is visited once a run on one machine is visited once a round by a fleet."""

    number: int
    """Counts on; 0: there was none yet."""
    began_at: float
    """Seconds since the epoch, by the clock of the database."""


class FleetFrontier(PostgresqlFrontier):
    """A :class:`PostgresqlFrontier` whose worker takes part in the newest round of the fleet, whoever began it."""

    def __init__(self, address: str, worker: str, sources: Collection[str], lease_s: float) -> None:
        self.is_draining = False
        """Whether nothing is handed out, as of the last lease."""
        self.round = Round(0, 0.0)
        """As of the last lease or :meth:`join_round`."""
        super().__init__(address, worker, sources, lease_s)

    def lease(self, limit: int, room: Callable[[str], int], now: float) -> list[Lease]:
        """Addresses, as long as the fleet is not drained."""
        with self.transaction():
            self._look_at_fleet()
            return [] if self.is_draining else super().lease(limit, room, now)

    def join_round(self, now: float, longest_s: float) -> list[str]:
        """The sources of this worker that nobody has seeded in the round: their lists are to be named in the same transaction.

        Where the last round began *longest_s* ago or earlier, a new one begins. Empty also while another worker is just seeding.
        """
        with self.transaction():
            if not self._one(schema.ROUND_LOCK):
                return []
            self._look_at_fleet()
            if self.is_draining:
                return []
            if now - self.round.began_at >= longest_s:
                self._begin_round(now)
            rows = self._database.execute(schema.SEED, {"round": self.round.number, "me": self._me}).fetchall()
            return [source for (source,) in rows]

    def next_return(self) -> float | None:
        """When the first of the leases of other workers comes back unless it is extended; ``None``: they have none of my sources."""
        with self.transaction():
            back: float | None = self._one(schema.NEXT_RETURN, {"me": self._me})
            return back

    def let_go_all(self) -> None:
        """Everything that was claimed is free one delay after now."""
        with self.transaction():
            for host in self._hand.held():
                self.let_go(host, 0.0)

    def _enter_round(self, name: str) -> None:  # noqa: ARG002  the fleet's
        self._look_at_fleet()

    def _begin_round(self, now: float) -> None:
        number = self._one(schema.BEGIN_ROUND, (f"{now:.3f} {self._me}", now))
        self.round = Round(number, now)
        self._round = number
        for statement in schema.FORGET_ROUNDS:
            self._database.execute(statement, {"round": number})
        self.revive_due(now)

    def _look_at_fleet(self) -> None:
        row = self._database.execute(schema.FLEET).fetchone()
        assert row is not None
        number, began_at, self.is_draining = row
        self.round = Round(number, began_at)
        self._round = number
