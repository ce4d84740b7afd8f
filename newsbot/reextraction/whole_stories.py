"""Stories that are printed over several addresses, whole, as far as the archive has their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from newsbot.archive.later_pages import LaterPages
from newsbot.page import RawPage
from newsbot.workers import WorkerError
from pipelines.finished import Finished


def whole_story(page: RawPage, article: Finished, later: LaterPages, extract: Callable[[RawPage], Finished | None]) -> Finished:
    """*article* of *page* with what stands on the further pages of its story; what *extract* cannot do with these stays undone."""
    while article.following and (more := later.of(page, article.following)):
        page = replace(page, later=(*page.later, *more))
        try:
            again = extract(page)
        except WorkerError:
            break
        if again is None:
            break
        article = again
    return article
