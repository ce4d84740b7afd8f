"""What a peer makes of archived pages, as records that ``scrapy evaluate`` scores beside ours: the table in README.md.

    PYTHONPATH=. python scripts/peer_records.py wcxb.warc.gz 0 > peer.jsonl && scrapy evaluate --fold 0 peer.jsonl wcxb.gold.jsonl

Prints one record a page of the fold, with those keys alone that are scored. The peer is trafilatura with its default options.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import trafilatura

from newsbot.archive import read_warc
from newsbot.page import RawPage
from newsbot.training.dataset import fold_of


def main(archive: str, fold: str) -> None:
    """Print the records."""
    for raw in read_warc(Path(archive)):
        if fold_of(raw.url) == int(fold):
            print(json.dumps(peer_record(raw), ensure_ascii=False))


def peer_record(raw: RawPage) -> dict[str, Any]:
    """The scored keys of the record of *raw*, as trafilatura reads it."""
    document = trafilatura.bare_extraction(raw.body, url=raw.url, with_metadata=True)
    told: dict[str, Any] = document.as_dict() if document is not None else {}
    names = [name.strip() for name in (told.get("author") or "").split(";")]
    return {
        "url": raw.url,
        "title": told.get("title"),
        "content_text": told.get("text") or "",
        "authors": [{"name": name} for name in names if name],
        "date_published": told.get("date"),
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} WARC FOLD")
    main(*sys.argv[1:])
