"""A browser process of ours, with its pipes and its profile."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from newsbot.errors import SourceError
from newsbot.rendering.connection import Connection, open_pipes
from newsbot.rendering.values import MB, BrowserGone, RenderFailed
from newsbot.sources import Source

PROGRAMS: Final = ("chromium", "chromium-browser", "chrome-headless-shell", "google-chrome-stable", "google-chrome")
"""Where none is named, the first of these that is installed."""
START_S: Final = 30.0
"""A browser that has not answered by then will not."""
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_FLAGS: Final = (
    *("--headless", "--remote-debugging-pipe"),
    # no way to the network: no name is known, and every connection, to this machine too, goes through a proxy that is not there
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:1", "--proxy-bypass-list=<-loopback>"),
    *("--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-quic"),
    # nothing of its own doing
    *("--no-first-run", "--no-default-browser-check", "--no-pings", "--mute-audio", "--disable-gpu", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions"),
    *("--disable-breakpad", "--disable-crash-reporter", "--disable-dev-shm-usage", "--disable-domain-reliability"),
    "--disable-features=MediaRouter,OptimizationHints,Translate,HttpsUpgrades",
    # pages that nobody looks at run like others
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"),
)


def find_browser(named: str) -> str | None:
    """The path of the browser that is *named*, by a path or a name; where that is empty, of the first of :data:`PROGRAMS` that is here."""
    return next((found for name in ([named] if named else PROGRAMS) if (found := shutil.which(name))), None)


def require_browser(sources: Iterable[Source], named: str) -> None:
    """Check before a crawl that there is a browser for those of *sources* that need one.

    Raises:
        SourceError: one line; there is none.
    """
    for source in sources:
        if source.render.articles and find_browser(named) is None:
            missing = f"there is no {named!r} (NEWSBOT_BROWSER)" if named else f"there is none of {', '.join(PROGRAMS)}"
            raise SourceError(f"{source.id}.toml: render.articles: needs a browser, and {missing}; install one (make browser)")


class Browser:
    """A running browser. :meth:`kill` it; it also ends with this process."""

    def __init__(self, pid: int, profile: Path, connection: Connection) -> None:
        self._pid, self._profile, self.connection = pid, profile, connection

    @classmethod
    async def start(cls, program: str, heap_mb: int) -> Browser:
        """Start *program*; the scripts of one page may use *heap_mb* for their objects.

        Raises:
            BrowserGone: it does not start.
        """
        profile = Path(tempfile.mkdtemp(prefix="newsbot-browser-"))
        own = [f"--user-data-dir={profile}", f"--js-flags=--max-old-space-size={heap_mb}"]
        try:
            pid, connection = await _spawn(program, [*_FLAGS, *_sandbox(), *own, "about:blank"])
        except OSError as error:
            shutil.rmtree(profile, ignore_errors=True)
            raise BrowserGone(f"{program}: does not start: {error.strerror}") from error
        browser = cls(pid, profile, connection)
        try:
            await asyncio.wait_for(connection.send("Browser.getVersion"), START_S)
        except (RenderFailed, TimeoutError) as error:
            browser.kill()
            raise BrowserGone(f"{program}: does not start") from error
        return browser

    @property
    def is_alive(self) -> bool:
        """Whether it can be spoken to."""
        return not self.connection.over.done()

    def kill_larger(self, memory_mb: int) -> None:
        """End those of its processes that hold more than *memory_mb*: one that shows a page takes nothing else with it.

        Linux only; elsewhere the bound of the scripts' objects is all there is.
        """
        for pid in self._processes():
            with suppress(OSError, ValueError, IndexError):
                pages = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
                if pages * _PAGE_BYTES > memory_mb * MB:
                    os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it with all its processes, and remove what it kept."""
        self.connection.close()
        for pid in (*self._processes(), self._pid):
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(self._pid, 0)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _processes(self) -> Iterator[int]:
        """Those of the browser's session, which is its own."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, ValueError, IndexError):
                if int(path.read_bytes().rpartition(b")")[2].split()[3]) == self._pid:
                    yield int(path.parent.name)


async def _spawn(program: str, arguments: list[str]) -> tuple[int, Connection]:
    """The process's number, and the connection to it. Its session is its own, so that a Ctrl-C for us does not reach it."""
    their_input, their_output, incoming, outgoing = open_pipes()
    actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        *((os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)),
        (os.POSIX_SPAWN_DUP2, their_input, 3),
        (os.POSIX_SPAWN_DUP2, their_output, 4),
    ]
    try:
        pid = os.posix_spawn(program, [program, *arguments], os.environ, file_actions=actions, setsid=True)
    except OSError:
        incoming.close()
        outgoing.close()
        raise
    finally:
        os.close(their_input)
        os.close(their_output)
    return pid, await Connection.open(incoming, outgoing)


def _sandbox() -> list[str]:
    """Chromium refuses to run as root in its sandbox."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []
