"""Pages, lists and source files for crawls in tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PARAGRAPHS = (
    "أعلنت بلدية المدينة الساحلية صباح اليوم أن أعمال ترميم السوق القديم ستبدأ في مطلع الشهر المقبل بعد تأخير دام سنتين كاملتين.",
    "وقال رئيس البلدية في مؤتمر صحافي عقده أمام المبنى إن التمويل أصبح مكتملا وإن التجار سينتقلون مؤقتا إلى ساحة الميناء القريبة.",
    "ويضم السوق أكثر من مئة وعشرين متجرا تعود بعض واجهاتها الحجرية إلى القرن التاسع عشر، وقد تضررت سقوفه في عاصفة الشتاء الماضي.",
    "وطالب أصحاب المتاجر بضمانات مكتوبة تكفل عودتهم إلى أماكنهم بعد انتهاء الأشغال، فيما وعدت البلدية بنشر الجدول الزمني كاملا.",
)


def story(title: str = "بدء ترميم السوق القديم الشهر المقبل", more: str = "", charset: str = "utf-8", declared: bool = True) -> bytes:
    """An ordinary article page."""
    meta = f'<meta charset="{charset}">' if declared else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*PARAGRAPHS, *filter(None, [more])))
    head = f'<!doctype html><html lang="ar"><head>{meta}<title>{title}</title></head>'
    return f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>".encode(charset)


def rss(*links: str) -> bytes:
    items = "".join(
        f"<item><title>{link}</title><link>{link}</link><pubDate>Sun, 05 May 2024 10:00:00 +0300</pubDate></item>" for link in links
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def source_file(folder: Path, name: str, homepage: str, more: str = "", delay_s: float = 0) -> None:
    """A source in the data folder *folder*."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    text = f'id = "{name}"\nname = "{name}"\nhomepage = "{homepage}"\nlanguages = ["ar", "en"]\n{more}\n[politeness]\ndelay_s = {delay_s}\n'
    (folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")


def crawl(data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A real ``scrapy crawl`` with *data* as the user's data folder."""
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments, "--jobs", "1"]
    own = {"NEWSBOT_DATA": str(data), "NEWSBOT_OUT": str(data / "out"), **(environment or {})}
    return subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, timeout=120, check=False)


def records(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(out.glob("articles/**/*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]


def last_summary(out: Path) -> dict[str, dict[str, Any]]:
    """The tallies of the last run by source."""
    path = max((out / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return {row["source"]: row for row in json.loads(path.read_text(encoding="utf-8"))["sources"]}
