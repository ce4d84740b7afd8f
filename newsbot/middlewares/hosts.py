"""Requests stay on the hosts of the source that they are made for."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware

from newsbot.discovery import belongs
from newsbot.urls import host_of
from pipelines.tally import count


class SourceHostsMiddleware(OffsiteMiddleware):
    """Refuses requests, redirected ones above all, that leave ``request.meta["source"]``; a list may stay on its own host."""

    def request_scheduled(self, request: Request, spider: Any) -> None:
        """Count a refused redirect here: nobody else hears of it."""
        if request.meta.get("redirect_urls") and not self.should_follow(request, spider):
            what = "list_failed" if "list_host" in request.meta else "failed"
            count(self.stats, what, request.meta["source"], "offsite_redirect")
        super().request_scheduled(request, spider)

    def should_follow(self, request: Request, spider: Any) -> bool:
        """Whether the source claims the request's host, or it is the host of the list as configured."""
        source = spider.config.sources.get(request.meta.get("source"))
        return source is None or belongs(request.url, source) or host_of(request.url) == request.meta.get("list_host")
