"""Writes data/publishers.jsonl from a list of publishers: one JSON object a line, empty keys left out.

    python scripts/make_publishers.py LIST.jsonl > data/publishers.jsonl

LIST has name, homepage, country, feeds, sitemaps, news_sitemaps, listed_in, listed: facts that public collections of news feeds gave,
with the collection and the month. Entries whose home page is a feed host's (FeedBurner) are left out: nothing can be discovered there.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

FEED_HOSTS = re.compile(r"//(?:feeds?\d*|rss|feedproxy)\.|//feeds?\d?\.feedburner\.com")


def main() -> None:
    """Print the catalogue, sorted by name."""
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    for row in sorted(rows, key=lambda row: (row["name"].casefold(), row["homepage"])):
        if not FEED_HOSTS.search(row["homepage"]):
            print(json.dumps({key: value for key, value in row.items() if value}, ensure_ascii=False))


if __name__ == "__main__":
    main()
