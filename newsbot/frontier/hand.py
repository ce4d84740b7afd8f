"""What one worker of a fleet has in hand, as far as it knows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Hand:
    """What this worker has in hand."""

    leases: dict[str, str] = field(default_factory=dict)
    """Keys and their hosts."""
    turns: dict[str, float] = field(default_factory=dict)
    """Hosts whose turn is this worker's, and until when."""
    claims: dict[str, float] = field(default_factory=dict)
    """Those that are let go only when the worker says so, and their delays."""

    def held(self) -> list[str]:
        """Hosts that are let go only when the worker says so."""
        return list(self.claims)

    def copy(self) -> Hand:
        """The same, to go back to."""
        return Hand(dict(self.leases), dict(self.turns), dict(self.claims))

    def doubted(self) -> Hand:
        """The same when nobody knows what the database made of the last transaction: no turn is safe before it is claimed or extended."""
        return Hand(self.leases, dict.fromkeys(self.turns, 0.0), self.claims)
