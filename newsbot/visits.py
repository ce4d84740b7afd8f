"""When an address is visited again: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

RECHECK_HOURS: Final = (1.0, 4.0, 16.0, 40.0, 112.0)
"""Ages at which an article is looked at again only to see whether it changed or is gone; older ones are left alone.

Most corrections come within hours of publication, so the pauses grow."""
LONGEST_PAUSE_S: Final = 3600.0
"""A list that says nothing of its rhythm is asked at least this often."""
SHORTEST_PAUSE_S: Final = 60.0
"""What comes out shorter is no pause."""
LONGEST_DECLARED_S: Final = 86_400.0
"""A list is asked at least this often, whatever it says."""
_SHARE_OF_SILENCE: Final = 0.1


def recheck_s(hours: Iterable[float], age_s: float) -> float | None:
    """Seconds until an article of *age_s* reaches the next of the ages in *hours*; ``None``: it is past all of them.

    The age counts from publication, or from the first visit. Whether the article changed meanwhile makes no difference: pages whose bytes
    differ with every visit would be visited without end.
    """
    return min((hour * 3600 - age_s for hour in hours if hour * 3600 > age_s), default=None)


def list_pause_s(declared_s: float | None, silence_s: float) -> float:
    """Seconds for which a list is left alone; 0: the next run may ask at once.

    *silence_s* is the time since the list last named something new. A list that moves is asked by every run, whatever it says of
    itself: WordPress prints "hourly" in every feed. A silent one is left alone for as long as it says (``ttl``, ``sy:updatePeriod``),
    though not for longer than it has been silent; one that says nothing for a tenth of its silence.
    """
    if declared_s is not None:
        pause = min(declared_s, silence_s, LONGEST_DECLARED_S)
    else:
        pause = min(_SHARE_OF_SILENCE * silence_s, LONGEST_PAUSE_S)
    return pause if pause >= SHORTEST_PAUSE_S else 0.0
