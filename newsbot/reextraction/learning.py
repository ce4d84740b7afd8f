"""What repeats on a source is learned before its pages are read anew, so that its first records can be mended, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from newsbot.archive import read_warc
from newsbot.batch import finish_all
from newsbot.config import Config
from newsbot.errors import ArchiveError
from newsbot.page import RawPage
from newsbot.reextraction.pages import ArchiveFile, Selection
from newsbot.signs import Template
from newsbot.tables import Place
from pipelines.templates import FILE, Templates

ENOUGH: Final = 12
"""Pages from which a source's memory is good enough to be used as it is."""
_MOST: Final = 60
"""Pages of one source that are read for it: a template is known long before."""


def learn_first(files: Iterable[ArchiveFile], selection: Selection, config: Config, state: Place, jobs: tuple[int, float]) -> Counter[str]:
    """Learn from the first pages in *files* of each source of which little is known; how many articles of each were read.

    *state* is the folder of the memory or a database, *jobs* the number of processes and the seconds that one page may take.

    Raises:
        StateError: one line; the memory cannot be used.
    """
    templates = Templates(state / FILE if isinstance(state, Path) else state)
    try:
        of_any_day = replace(selection, since="", until="")
        pages = pages_to_learn_from(files, of_any_day, config, Unknown(templates.known()).wants)
        learned: Counter[str] = Counter()
        for outcome in finish_all(pages, config.folders, *jobs, template_of=lambda page: Template()):  # noqa: ARG005
            if outcome.article is not None and templates.learn(outcome.article) is not None:
                learned[outcome.article.source or ""] += 1
        return learned
    finally:
        templates.close()


class Unknown:
    """Which pages are to be learned from: the first ones of each source that *known* has few pages of."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._asked: Counter[str] = Counter()

    def wants(self, source: str) -> bool:
        """Whether the next page of *source* is one of them."""
        self._asked[source] += 1
        return self._known.get(source, 0) < ENOUGH and self._asked[source] <= _MOST


def pages_to_learn_from(
    files: Iterable[ArchiveFile], selection: Selection, config: Config, wants: Callable[[str], bool]
) -> Iterator[RawPage]:
    """Pages with their source, whose id *wants* is asked of; an archive that breaks off is told when it is read in earnest."""
    for file in files:
        try:
            for page in read_warc(file.path, file.name, 0):
                source = config.sources.get(page.source or "") or config.source_of(page.url)
                if source and selection.wants(replace(page, source=source.id)) and wants(source.id):
                    yield replace(page, source=source.id)
        except (ArchiveError, OSError):
            continue
