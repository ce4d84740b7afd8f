"""When an address is visited again: pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

RECHECK_HOURS: Final = (1.0, 3.0, 12.0, 24.0, 72.0)
"""Pauses before the first, second ... visit that only asks whether an article changed or is gone; none after the last.

Most corrections come within hours of publication, so the pauses grow; together they cover the first four days and a half."""
LONGEST_PAUSE_S: Final = 3600.0
"""A list that says nothing of its rhythm is asked at least this often."""
SHORTEST_PAUSE_S: Final = 60.0
"""What comes out shorter is no pause."""
LONGEST_DECLARED_S: Final = 86_400.0
"""A list is asked at least this often, whatever it says."""
_SHARE_OF_SILENCE: Final = 0.1


def recheck_s(hours: Sequence[float], unchanged: int, age_s: float) -> float | None:
    """Seconds until an article is looked at again; ``None``: never, unless a list says that it changed.

    *hours* are the pauses; *unchanged* counts the visits in a row that found nothing new; *age_s* is what has passed since publication,
    or since the first visit: an article older than all pauses together is left alone, however often it is edited.
    """
    if unchanged >= len(hours) or age_s > sum(hours) * 3600:
        return None
    return hours[unchanged] * 3600


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
