"""The blocks of commands in README and docs, and a shell that runs them as a reader would."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent
PAGES: Final = ("README.md", "data/README.md", *sorted(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md")))
_BLOCK: Final = re.compile(
    r"^(?:<!-- not run here: (?P<why>[^\n]{10,200}) -->\n\n?)?"
    r"(?:```sh\n(?P<fenced>.*?)^```$|(?P<indented>(?:^ {4}(?:scrapy|make|export|python|cat|\.) [^\n]*\n)+))",
    re.MULTILINE | re.DOTALL,
)
_ROOMS: Final = ("newsbot", "pipelines", "scripts", "deploy", "docs", "tests/pages")
_FILES: Final = ("scrapy.cfg", "Makefile", "pyproject.toml", "requirements.lock")

_SHELL: Final = (
    "set -E -o pipefail",
    "less() { cat > /dev/null; }",
    # What the demo's targets make is there already, by the crawls that all tests share; that they are targets is seen.
    'make() { command make --dry-run --assume-old=install "$@" > /dev/null; }',
)


@dataclass(frozen=True, slots=True)
class Block:
    """Commands that belong together."""

    page: str
    number: int
    """From 1, on its page."""
    text: str
    why_not: str | None
    """Why it cannot run in a test."""

    def __str__(self) -> str:
        return f"{self.page} {self.number}"


def blocks_of(page: str) -> Iterator[Block]:
    """The blocks of a page, in order."""
    for number, found in enumerate(_BLOCK.finditer((PROJECT / page).read_text(encoding="utf-8")), 1):
        text = found["fenced"] or re.sub(r"^ {4}", "", found["indented"], flags=re.MULTILINE)
        yield Block(page, number, text, found["why"])


def clone(folder: Path) -> Path:
    """The project as a reader has it after ``git clone`` and ``make install``."""
    for name in _ROOMS:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy2(PROJECT / name, folder / name)
    shutil.copytree(PROJECT / "data", folder / "data", ignore=shutil.ignore_patterns("__pycache__", "out"))
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


def run_page(page: str, folder: Path, environment: Mapping[str, str], replaced: Mapping[str, str]) -> dict[int, list[str]]:
    """Run the blocks of a page that can run, in one shell in *folder*; by number the commands that failed, each with what it printed."""
    logs = folder / f"{page.replace('/', '-')}.logs"
    logs.mkdir()
    script = [f"trap 'echo \"$BASH_COMMAND\" >> {logs}/$BLOCK.failed' ERR", *_SHELL]
    blocks = [block for block in blocks_of(page) if block.why_not is None]
    for block in blocks:
        text = block.text
        for old, new in replaced.items():
            text = text.replace(old, new)
        script.append(f"BLOCK={block.number}\n{{\n{text}\n}} > {logs}/{block.number}.out 2>&1 < /dev/null")
    subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, env=dict(environment), timeout=600, check=False)
    return {block.number: _failures(logs, block.number) for block in blocks}


def _failures(logs: Path, number: int) -> list[str]:
    failed, out = logs / f"{number}.failed", logs / f"{number}.out"
    if not out.exists():
        return ["it never began"]
    return [*failed.read_text(encoding="utf-8").splitlines(), out.read_text(encoding="utf-8", errors="replace")] if failed.exists() else []
