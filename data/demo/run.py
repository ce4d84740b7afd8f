"""Crawl the demo newsroom: ``python -m data.demo.run`` begins anew, ``--again`` crawls its second edition with the state kept.

Starts the newsroom as a process of its own, crawls both sites with ``scrapy crawl news``, shows what came out, stops the newsroom, and
returns the crawl's exit code.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlsplit

from .outcome import show_outcome

PROJECT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = Path(__file__).resolve().parent / "sources"
OUT: Final = PROJECT / "data" / "out" / "demo"
PLACE: Final = "newsroom.json"
"""File in the output folder that says where the newsroom listened: the second crawl must find the same addresses."""
GRACE_S: Final = 15
"""How long a process may take to end by itself."""
Place = Mapping[str, str | int]


class NewsroomError(Exception):
    """The newsroom cannot be started; the text says what to do."""


def main() -> int:
    """The crawl's exit code; 2 when the newsroom does not start."""
    parser = argparse.ArgumentParser(
        prog="python -m data.demo.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--again", action="store_true", help="keep the state and crawl the second edition")
    parser.add_argument("--out", type=Path, default=OUT, help="output and state; default: data/out/demo")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return run_again(options.out.resolve()) if options.again else run_anew(options.out.resolve())
    except NewsroomError as why:
        print(f"demo: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("demo: stopped; the newsroom is closed", file=sys.stderr)
        return 128 + signal.SIGINT


def run_anew(out: Path) -> int:
    """Crawl the first edition into an empty folder.

    Raises:
        NewsroomError: when *out* holds something else than an earlier run.
    """
    if out.exists() and any(out.iterdir()) and not (out / PLACE).exists():
        raise NewsroomError(f"{out} is not empty and not the output of an earlier run; empty it, or name another folder")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / PLACE).touch()
    return crawl_edition(out, 1, "0,0")


def run_again(out: Path) -> int:
    """Crawl the second edition at the addresses of the first, with the state kept.

    Raises:
        NewsroomError: when there was no first crawl.
    """
    try:
        place = json.loads((out / PLACE).read_text(encoding="utf-8"))
        ports = f"{urlsplit(place['nahar']).port},{urlsplit(place['meridian']).port}"
    except (OSError, ValueError, KeyError, TypeError):
        raise NewsroomError("there is no first crawl to go on from; do `make run` first") from None
    return crawl_edition(out, 2, ports)


def crawl_edition(out: Path, edition: int, ports: str) -> int:
    """Serve, crawl, show; the crawl's exit code."""
    with newsroom(out, edition, ports) as place:
        (out / PLACE).write_text(json.dumps(place) + "\n", encoding="utf-8")
        write_sources(out, place)
        print(f"The newsroom is open, edition {edition}: {place['nahar']}/ (Arabic, Persian, Urdu), {place['meridian']}/ (seven more)")
        started = datetime.now(UTC).replace(microsecond=0)
        code = crawl(out)
        show_outcome(out, edition, started)
    return code


def write_sources(out: Path, place: Place) -> None:
    """The two source files, with the addresses of this run, where ``NEWSBOT_DATA`` will point."""
    folder = out / "data" / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    for template in sorted(TEMPLATES.glob("*.toml")):
        base = str(place[template.stem.removesuffix("-demo")])
        (folder / template.name).write_text(Template(template.read_text(encoding="utf-8")).substitute(base=base), encoding="utf-8")


def crawl(out: Path) -> int:
    """Run ``scrapy crawl news`` over the demo sources; its exit code."""
    names = ",".join(sorted(path.stem for path in TEMPLATES.glob("*.toml")))
    environment = os.environ | {"NEWSBOT_DATA": str(out / "data"), "NEWSBOT_OUT": str(out)}
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"source={names}"]
    with subprocess.Popen(command, cwd=PROJECT, env=environment) as process, ended(process):
        return await_end(process)


def await_end(process: subprocess.Popen[bytes]) -> int:
    """Exit code of *process*, as a shell says it.

    Ctrl-C reaches the process too (one process group): it gets time to finish its pages and close its files.
    """
    try:
        code = process.wait()
    except KeyboardInterrupt:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE_S)
        raise
    return code if code >= 0 else 128 - code


@contextmanager
def newsroom(out: Path, edition: int, ports: str) -> Iterator[Place]:
    """The newsroom's addresses by site while its process runs; the process ends with this block, or with this program.

    Raises:
        NewsroomError: when it cannot listen.
    """
    command = [
        sys.executable,
        "-m",
        "data.demo.newsroom",
        f"--edition={edition}",
        f"--ports={ports}",
        f"--log={out / 'newsroom.log.jsonl'}",
    ]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process, ended(process):
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise NewsroomError("the newsroom did not open; `make run` begins anew on free ports")
        yield json.loads(line)


@contextmanager
def ended(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> Iterator[None]:
    """See to it that *process* is over after the block, however the block ends: asked first, then made."""
    try:
        yield
    finally:
        if process.stdin:
            process.stdin.close()
        else:
            process.terminate()
        try:
            process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
