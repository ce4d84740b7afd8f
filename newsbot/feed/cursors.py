"""A reader's place in a feed: the last finished file that it has taken in, as an opaque text."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

from newsbot.errors import CursorError, OutputError
from newsbot.feed.places import Place
from newsbot.feed.reading import entries, has_file, kept_entries
from newsbot.part_file import sync_folder
from pipelines.manifest import Entry

_ANY: Final = "0" * 8
"""Stands for any file's mark, in the cursors that error messages propose."""
_FORM: Final = re.compile(r"(\d{1,18})\.([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last sequence that was delivered, with a mark of its file's name, which another feed does not share."""

    sequence: int
    mark: str

    def __str__(self) -> str:
        """The text that readers keep."""
        return f"{self.sequence}.{self.mark}"


def cursor_of(entry: Entry) -> Cursor:
    """The place after *entry*."""
    return Cursor(entry.sequence, f"{crc32(entry.path.encode()):08x}")


def read_cursor(text: str) -> Cursor:
    """The cursor that *text* is.

    Raises:
        CursorError: it is none.
    """
    if not (form := _FORM.fullmatch(text.strip())):
        raise CursorError(f'cursor {text[:80]!r}: is none; pass on the text of the last {{"cursor": ...}} line as it is')
    return Cursor(int(form[1]), form[2])


def require_known(out: Place, cursor: Cursor) -> None:
    """Refuse a cursor from which the feed in *out* cannot go on without a gap.

    Raises:
        CursorError: what comes next is pruned (the message names the oldest sequence), or the cursor is of another feed.
    """
    last = next(entries(out, cursor.sequence - 1), None)
    if last is None:
        raise CursorError(f"cursor {cursor}: the feed in {out} does not reach that far; it was begun anew, or it is another one")
    if last.sequence == cursor.sequence and cursor.mark not in (_ANY, cursor_of(last).mark):
        raise CursorError(f"cursor {cursor}: is of another feed than the one in {out}, or this one was begun anew; follow without a cursor")
    oldest = oldest_entry(out)
    if oldest is None or cursor.sequence < oldest.sequence - 1:
        raise CursorError(_pruned(out, cursor, oldest))


def oldest_entry(out: Place) -> Entry | None:
    """The first entry whose file is still there; ``None`` when there is none."""
    return next((entry for entry in kept_entries(out) if has_file(out, entry)), None)


def require_kept(out: Place, entry: Entry) -> None:
    """Refuse *entry* when its file was pruned while a reader was on the way to it.

    Raises:
        CursorError: as :func:`require_known`.
    """
    oldest = oldest_entry(out)
    if oldest is not None and entry.sequence < oldest.sequence:
        raise CursorError(_pruned(out, Cursor(entry.sequence - 1, _ANY), oldest))


def load_cursor(path: Path) -> Cursor | None:
    """The cursor that is kept in *path*; ``None`` when the file is not there yet.

    Raises:
        CursorError: the file cannot be read, or holds something else.
    """
    try:
        return read_cursor(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        raise CursorError(f"{path}: holds no cursor ({error}); name another file") from error


def save_cursor(path: Path, cursor: Cursor) -> None:
    """Keep *cursor* in *path*: the old text or the new one stands there, whatever happens.

    Raises:
        OutputError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="ascii") as stream:
            stream.write(f"{cursor}\n")
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}); check the disk's room and rights") from error


def _pruned(out: Place, cursor: Cursor, oldest: Entry | None) -> str:
    if oldest is None:
        return f"cursor {cursor}: every file of the feed in {out} is pruned; follow without a cursor"
    before = Cursor(oldest.sequence - 1, _ANY)
    return (
        f"cursor {cursor}: the feed is pruned up to sequence {oldest.sequence - 1}, the oldest is {oldest.sequence}; "
        f"what lies between is lost to this reader; go on with --cursor {before}"
    )
