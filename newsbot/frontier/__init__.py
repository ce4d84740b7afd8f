"""What to fetch next, so that nothing is lost: addresses with a state each, handed out as leases. No Scrapy, no clock, no network."""

from newsbot.frontier.sqlite import SqliteFrontier
from newsbot.frontier.store import Frontier
from newsbot.frontier.values import NAMED_AGAIN, NEVER, Counts, Entry, Lease, Naming, Quarantined, Visit, Wait, list_key

__all__ = [
    "NAMED_AGAIN",
    "NEVER",
    "Counts",
    "Entry",
    "Frontier",
    "Lease",
    "Naming",
    "Quarantined",
    "SqliteFrontier",
    "Visit",
    "Wait",
    "list_key",
]
