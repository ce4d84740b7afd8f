"""Pages rendered some at a time, in one browser that is started when it is first needed and anew when it has died."""

from __future__ import annotations

import asyncio
from typing import Final

from newsbot.rendering.browser import Browser
from newsbot.rendering.tab import Tab
from newsbot.rendering.values import BrowserGone, Fetch, Limits, Visit

_LOOK_S: Final = 0.25
"""How often the memory is looked at while pages are being rendered."""


class Renderer:
    """What renders. :meth:`close` ends its browser."""

    def __init__(self, program: str, tabs: int, limits: Limits) -> None:
        self._program, self._limits = program, limits
        self._tabs = asyncio.Semaphore(tabs)
        self._starting = asyncio.Lock()
        self._browser: Browser | None = None

    async def render(self, visit: Visit, fetch: Fetch) -> str:
        """The markup of *visit* when its scripts have settled.

        Raises:
            RenderFailed: they do not, or the page or the browser fails.
        """
        async with self._tabs:
            try:
                return await self._once(visit, fetch)
            except BrowserGone:  # another page may have brought it down
                return await self._once(visit, fetch)

    def close(self) -> None:
        """End the browser."""
        if self._browser:
            self._browser.kill()
            self._browser = None

    async def _once(self, visit: Visit, fetch: Fetch) -> str:
        browser = await self._running()
        tab = Tab(browser.connection, visit, self._limits, fetch)
        watch = asyncio.ensure_future(self._look(browser))
        try:
            return await tab.render()
        finally:
            watch.cancel()
            try:
                await tab.close()
            except TimeoutError:
                browser.kill()

    async def _running(self) -> Browser:
        async with self._starting:
            if self._browser is None or not self._browser.is_alive:
                self.close()
                self._browser = await Browser.start(self._program, self._limits.heap_mb)
            return self._browser

    async def _look(self, browser: Browser) -> None:
        """Keep the processes of *browser* small."""
        while browser.is_alive:
            browser.kill_larger(self._limits.memory_mb)
            await asyncio.sleep(_LOOK_S)
