"""One real browser, pages of our own making, hostile ones among them; what scripts ask for is answered here, without a network."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsbot.errors import SourceError
from newsbot.rendering.browser import require_browser
from newsbot.rendering.kept import KeptScripts
from newsbot.rendering.renderer import Renderer
from newsbot.rendering.values import Answer, Asked, Limits, RenderFailed, Visit
from newsbot.sources import Source
from tests.rendering.browsers import require_program

HOME = "https://nahar.example/story"
TYPE = {"content-type": "text/html; charset=utf-8"}
TEXT = "أعلنت بلدية المدينة الساحلية صباح اليوم أن أعمال ترميم السوق القديم ستبدأ قريبا."


class Site:
    """Answers what scripts ask for, and remembers it."""

    def __init__(self, **answers: bytes) -> None:
        self.answers, self.asked = answers, []

    async def fetch(self, asked: Asked) -> Answer | None:
        self.asked.append(asked)
        body = self.answers.get(asked.url.rpartition("/")[2].partition(".")[0])
        return Answer(200, {"content-type": "application/json"}, body) if body is not None else None


def render(*pages: str, site: Site | None = None, limits: Limits | None = None, **look: str) -> list[str | RenderFailed]:
    """What becomes of *pages*, one after another in one browser."""
    program, seen = require_program(), []

    async def all_of_them() -> None:
        renderer = Renderer(program, 1, limits or Limits(timeout_s=20))
        try:
            for page in pages:
                visit = Visit(HOME, Answer(200, TYPE, f"<!doctype html><body>{page}".encode()), "newsbot-test/1.0", **look)
                try:
                    seen.append(await renderer.render(visit, (site or Site()).fetch))
                except RenderFailed as error:
                    seen.append(error)
        finally:
            renderer.close()

    asyncio.run(all_of_them())
    return seen


def test_the_page_is_what_its_scripts_made_of_it():
    site = Site(story=json.dumps({"text": TEXT}).encode())
    (markup,) = render(
        """<main></main><script>
        setTimeout(() => fetch('/api/story.json', {headers: {'X-Edition': 'ar'}}).then(answer => answer.json()).then(story => {
            document.querySelector('main').innerHTML = `<p>${story.text}</p>`;
            setTimeout(() => document.querySelector('main').append(navigator.userAgent), 2500);
        }), 1500);
        </script>""",
        site=site,
    )
    assert f"<p>{TEXT}</p>newsbot-test/1.0</main>" in markup
    assert markup.startswith("<!DOCTYPE html>")
    (asked,) = site.asked
    assert asked.url == "https://nahar.example/api/story.json" and asked.headers["x-edition"] == "ar"
    assert not {"user-agent", "cookie", "referer"} & asked.headers.keys()


def test_scripts_print_times_as_the_sources_readers_see_them():
    page = "<script>document.body.append(new Date('2024-01-05T12:00:00Z').toLocaleString())</script>"
    (beirut,) = render(page, language="ar-LB", timezone="Asia/Beirut")
    (utc,) = render(page, language="en-GB")
    assert "كانون الثاني" in beirut or "٥" in beirut or "2:00:00" in beirut
    assert "12:00:00" in utc


def test_hostile_pages_end_by_the_time_limit_and_the_next_page_is_rendered():
    began = time.monotonic()
    *hostile, last = render(
        "<script>for (;;) {}</script>",
        "<script>for (;;) alert('again')</script>",
        "<script>const again = () => Promise.resolve().then(again); again()</script>",
        "<p>still here</p>",
        limits=Limits(timeout_s=2),
    )
    assert [error.word for error in hostile] == ["render_timeout"] * 3
    assert "<p>still here</p>" in last
    assert time.monotonic() - began < 20


def test_memory_is_bounded():
    *hostile, last = render(
        "<script>const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))</script>",
        "<script>const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1))</script>",
        "<p>still here</p>",
        limits=Limits(timeout_s=20, memory_mb=500, heap_mb=120),
    )
    assert [error.word for error in hostile] == ["render_crashed"] * 2
    assert "<p>still here</p>" in last


LEADING_AWAY = (
    "location.href = '/elsewhere'",
    "setTimeout(() => location.reload(), 100)",
    "for (let n = 0; n < 5; n++) window.open('/elsewhere' + n)",
    "location.href = 'data:text/html,elsewhere'",
    "document.body.insertAdjacentHTML('beforeend', '<meta http-equiv=refresh content=\"0;url=/elsewhere\">')",
    "navigator.serviceWorker.register('/elsewhere.js')",
    "document.body.insertAdjacentHTML('beforeend', '<iframe src=/elsewhere></iframe><img src=/elsewhere.png>')",
    "const link = Object.assign(document.createElement('a'), {href: '/elsewhere.zip', download: 'x'}); link.click()",
    "new WebSocket('wss://nahar.example/'); navigator.sendBeacon('/elsewhere', 'x'); fetch('/elsewhere', {method: 'POST', body: 'x'})",
)


def test_no_script_leads_away_or_asks_for_more_than_it_may():
    site = Site()
    seen = render(*(f"<p>{TEXT}</p><script>{script}</script>" for script in LEADING_AWAY), site=site)
    assert [script for script, markup in zip(LEADING_AWAY, seen, strict=True) if f"<p>{TEXT}</p>" not in str(markup)] == []
    assert site.asked == []


def test_a_page_may_ask_so_often_and_grow_so_far():
    asking = "<p>here</p><script>setInterval(() => fetch('/n.json'), 1)</script>"
    growing = "<script>for (let n = 0; n < 200; n++) document.body.append('x'.repeat(1e4))</script>"
    site = Site(n=b"{}")
    markup, error = render(asking, growing, site=site, limits=Limits(timeout_s=20, requests=7, bytes=10**6))
    assert "<p>here</p>" in markup and len(site.asked) == 7
    assert isinstance(error, RenderFailed) and error.word == "too_large"


def test_the_browser_itself_reaches_nothing(tmp_path):
    """Everything but what is answered here, this machine included: frames of other sites and workers are not even asked for."""
    from tests.server import Answer as Served
    from tests.server import serve

    with serve(tmp_path, {"/": Served(b"secret")}) as server:
        url = server.url(host="127.0.0.1")
        page = f"""<script>
        const worker = new Worker(URL.createObjectURL(new Blob([
            `fetch('{url}', {{mode: 'no-cors'}}).then(() => postMessage('reached'))`])));
        worker.onmessage = told => document.body.append(told.data);
        fetch('{url}', {{mode: 'no-cors'}}).then(() => document.body.append('reached'));
        </script><iframe src="{url}"></iframe><img src="{url}"><link rel=preconnect href="{url}"><link rel=prefetch href="{url}">"""
        (markup,) = render(page)
        assert server.requests() == []
    assert "reached</" not in markup


def test_what_fetching_raises_ends_the_rendering():
    program = require_program()

    async def fetch(asked: Asked) -> Answer | None:
        raise ConnectionError("held")

    async def one() -> None:
        renderer = Renderer(program, 1, Limits(timeout_s=20))
        try:
            await renderer.render(Visit(HOME, Answer(200, TYPE, b"<script>fetch('/x')</script>"), "bot"), fetch)
        finally:
            renderer.close()

    with pytest.raises(ConnectionError, match="held"):
        asyncio.run(one())


def test_a_browser_that_dies_is_started_anew():
    program = require_program()

    async def two() -> list[str]:
        renderer = Renderer(program, 1, Limits(timeout_s=20))
        visit = Visit(HOME, Answer(200, TYPE, b"<p>here</p>"), "bot")
        try:
            first = await renderer.render(visit, Site().fetch)
            os.kill(renderer._browser._pid, signal.SIGKILL)
            return [first, await renderer.render(visit, Site().fetch)]
        finally:
            renderer.close()

    assert all("<p>here</p>" in markup for markup in asyncio.run(two()))


def test_the_browser_ends_with_the_process_that_started_it(tmp_path):
    program = require_program()
    script = (
        "import asyncio, os, signal, sys\nfrom newsbot.rendering.browser import Browser\n"
        "async def main():\n    browser = await Browser.start(sys.argv[1], 64)\n    print(browser._pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\nasyncio.run(main())"
    )
    pid = int(subprocess.run([sys.executable, "-c", script, program], capture_output=True, text=True, check=False).stdout)
    until = time.monotonic() + 10
    while time.monotonic() < until and is_running(pid):
        time.sleep(0.05)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_program_that_is_no_browser_fails_in_one_line():
    async def one() -> None:
        renderer = Renderer("/bin/true", 1, Limits())
        try:
            await renderer.render(Visit(HOME, Answer(), "bot"), Site().fetch)
        finally:
            renderer.close()

    with pytest.raises(RenderFailed, match="/bin/true: does not start"):
        asyncio.run(one())


def test_a_missing_browser_is_told_before_the_crawl():
    source = Source.model_validate({"id": "nahar", "name": "Nahar", "homepage": HOME, "render": {"articles": True}})
    with pytest.raises(SourceError, match=r"nahar.toml: render.articles: needs a browser, and there is no 'mosaic'.*make browser"):
        require_browser([source], "mosaic")
    require_browser([source.model_copy(update={"render": source.render.model_copy(update={"articles": False})})], "mosaic")


def test_kept_scripts_stay_within_their_bytes():
    kept = KeptScripts(30)
    for name in "abc":
        kept.keep(name, Answer(body=b"x" * 10))
    assert kept.find("a")
    kept.keep("d", Answer(body=b"x" * 10))
    kept.keep("e", Answer(body=b"x" * 31))
    assert [bool(kept.find(name)) for name in "abcde"] == [True, False, True, True, False]
