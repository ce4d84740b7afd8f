"""Scrapy's way to :class:`pipelines.fleet_writer.FleetWriter`: a crawl whose memory is a database is one writer among many."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newsbot.fleet_database import FleetDatabase, patiently
from newsbot.tables import Place, is_database, memory_place
from pipelines.fleet_writer import FORMS, PART, FleetWriter


class FleetMembership:
    """Scrapy extension: this run as a writer of its fleet; not there where the memory is one machine's."""

    def __init__(self, address: str, name: str, life_s: float) -> None:
        patience_s = life_s / 3
        database = patiently(lambda: FleetDatabase(address, PART, FORMS, patience_s), patience_s)
        self.writer = FleetWriter(database, name, life_s)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension with the crawler's ``NEWSBOT_STATE``, ``NEWSBOT_RUN_ID`` and ``NEWSBOT_LEASE_S``.

        Raises:
            NotConfigured: the memory is a folder, or there is none.
            StateError: the database cannot be used.
        """
        if not is_database(crawler.settings["NEWSBOT_STATE"]):
            raise NotConfigured
        settings = crawler.settings
        membership = cls(settings["NEWSBOT_STATE"], settings["NEWSBOT_RUN_ID"], settings.getfloat("NEWSBOT_LEASE_S"))
        crawler.signals.connect(membership.writer.database.close, signals.engine_stopped)
        return membership


def writer_of(crawler: Crawler) -> FleetWriter | None:
    """The writer of a fleet that this run is; ``None`` on one machine."""
    if not is_database(crawler.settings["NEWSBOT_STATE"]):
        return None
    membership = crawler.get_extension(FleetMembership)
    assert membership is not None
    return membership.writer


def place_of(crawler: Crawler, name: str) -> Place | None:
    """Where this run keeps the memory *name*: a file, or the database of its writer; ``None`` where nothing is remembered."""
    if writer := writer_of(crawler):
        return writer.database
    state = crawler.settings["NEWSBOT_STATE"]
    return memory_place(Path(crawler.settings["NEWSBOT_OUT"]), state, name) if state else None
