"""What the configuration says, in one short text: a rule more, and the archive is worth another reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def knowledge_digest(folders: Iterable[Path]) -> str:
    """SHA-256 of all TOML files of the data *folders*, hex."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted([*folder.glob("*.toml"), *folder.glob("*/*.toml")]):
            digest.update(path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape") + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
