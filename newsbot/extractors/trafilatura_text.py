"""trafilatura behind one file, with fixed options: which text it takes for the story.

Only its verdict is used, never its text: the text comes from our own blocks, so that words, joiners and kinds are the page's.
(trafilatura 2.3.1 filters by ``str.isprintable`` and so loses every zero-width non-joiner, which Persian and Kurdish need.)
"""

from __future__ import annotations

import logging
from typing import Final

from lxml import etree

from newsbot.page import Page

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs an error for every page with no text; we count those ourselves

_FAULTS: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, etree.LxmlError, AssertionError)
"""What its code raises on hostile trees. Anything else is a bug that should show."""


def story_lines(page: Page) -> tuple[str, ...]:
    """The lines that trafilatura takes for the story; empty when it finds none or fails.

    ``deduplicate`` stays off: its cache makes a page's output depend on the pages before it.
    """
    import trafilatura  # imported late: it takes a third of a second, and few pages need it

    try:
        document = trafilatura.bare_extraction(
            page.tree, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False
        )
    except _FAULTS:
        return ()
    if document is None or isinstance(document, dict) or not document.text:
        return ()
    return tuple(line for line in document.text.splitlines() if line.strip())
