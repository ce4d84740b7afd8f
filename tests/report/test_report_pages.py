import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from newsbot.config import load_config
from newsbot.extractors import extract
from newsbot.health.observations import Observation
from newsbot.health.store import Finding
from newsbot.health.verdicts import Alarm
from newsbot.page import RawPage
from newsbot.report.charts import bars
from newsbot.report.gathered import Gathered, RuleUse, Run, gather
from newsbot.report.pages import article_page, index_page, page_lines

EVIL = '</title><script>alert(1)</script><img src=x onerror=alert(2)>" onfocus="alert(3)\u202e'


class Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}


def record(text: str, url: str = "https://news.example/1") -> dict:
    values = json.loads((Path("pipelines") / "example_record.json").read_text(encoding="utf-8"))
    block = {"kind": "paragraph", "text": text, "level": None, "links": []}
    cut = {"rule": "any/share", "step": "rule", "position": 1, "text": text}
    evidence = {"title": [{"origin": text, "raw": text, "chosen": True}]}
    return {
        **values,
        "title": text,
        "url": url,
        "canonical_url": url,
        "body": [block],
        "removed": [cut],
        "provenance": evidence,
        "language": "ar",
    }


def observed(number: int, alarms: tuple[Alarm, ...] = ()) -> Finding:
    return Finding(
        Observation("example", f"r{number}", f"2026-11-{number + 1:02}T06:00:00Z", found=9, new=number, records=4, fields={"date": 3}),
        alarms,
    )


def gathered(text: str, url: str = "https://news.example/1") -> Gathered:
    runs = tuple(
        Run(f"r{n}", f"2026-11-{n + 1:02}T06:00:00Z", f"2026-11-{n + 1:02}T06:01:00Z", "finished", n, 1, 20, 2, 1) for n in range(4)
    )
    alarm = Alarm("example", "date", "0 of 41 pages had a date, usually 98%", "2026-11-20")
    findings = (observed(1), observed(2, (alarm,)))
    return Gathered(runs, (findings,), (RuleUse("any/share", "rule", 3, text),), (record(text, url),), 1)


def test_nothing_that_a_page_says_becomes_markup():
    elements = Elements(index_page(gathered(EVIL, f"javascript:{EVIL}")))
    assert not {"script", "img", "iframe", "object", "form", "link"} & elements.names()
    assert not [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
    assert {attributes["href"] for tag, attributes in elements.tags if tag == "a"} <= {"#runs", "#sources", "#rules", "#articles"}


def test_marks_that_turn_the_text_around_them_are_made_visible():
    assert "\u202e" not in index_page(gathered(EVIL))


def test_nothing_is_loaded_from_anywhere():
    page = index_page(gathered("خبر"))
    assert "default-src 'none'" in page
    assert not [attributes for _, attributes in Elements(page).tags if "src" in attributes]


def test_alarms_rules_articles_and_runs_are_shown():
    page = index_page(gathered("تابعونا على فيسبوك"))
    for shown in ("0 of 41 pages had a date, usually 98%", "any/share", "تابعونا على فيسبوك", "2026-11-03 06:00: 2 new", "75 %"):
        assert shown in page


def test_an_empty_output_folder_gives_an_empty_report(tmp_path):
    page = index_page(gather(tmp_path, "state"))
    assert "No run has ended yet" in page and "No finished file of records yet" in page


def test_all_blocks_of_a_page_stand_in_their_order_kept_and_cut():
    body = "".join(
        f"<p>{'أعلنت بلدية المدينة صباح اليوم بدء أعمال ترميم السوق القديم في مطلع الشهر المقبل. ' * 2}{n}</p>" for n in range(5)
    )
    story = f"<nav><a href=/>الرئيسية</a></nav><article><h1>خبر السوق</h1>{body}</article>"
    html = f"<html lang=ar><title>خبر السوق</title><body>{story}</body></html>"
    article = extract(RawPage("https://news.example/1", html.encode()), load_config())
    lines = page_lines(article)
    assert [line.position for line in lines] == sorted(line.position for line in lines)
    assert sum(line.kept is not None for line in lines) == len(article.blocks) and len(lines) > len(article.blocks)
    assert article_page(article).count('class="kept"') == len(article.blocks)


@pytest.mark.parametrize("values", [[], [0, 0], [1, 5, 3]])
def test_bars_stay_inside_their_drawing(values):
    drawn = bars(values, ["a"] * len(values), 100, 50)
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 and bar.y >= 0 and bar.y + bar.height <= 50.01 for bar in drawn)
