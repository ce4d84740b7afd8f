"""``scrapy fleet``: the database of a fleet made ready, shown, drained, seeded; what dead workers hold taken back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals, state_of
from newsbot.run import nearest
from newsbot.tables import is_database, require_extra

_ACTIONS: Final = ("init", "status", "seed", "drain", "reclaim", "import", "export")


class Command(ScrapyCommand):
    """Exit code 0: done; 1: a drain that did not end in time; 2: usage, or a database that cannot be used."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return f"[options] {'|'.join(_ACTIONS)} [WORKER]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Operate the fleet whose memory is NEWSBOT_STATE=postgresql://..."

    def long_desc(self) -> str:
        """What each action does."""
        return (
            "init: make or upgrade the tables. status: workers and what each holds, hosts that are left alone, quarantine. "
            "seed: begin a round, so that the workers ask all lists again. drain: hand out nothing more (--off: again), and wait until "
            "nothing is in hand. reclaim: take back what WORKER holds, or all that were not heard of for --silent seconds. "
            "import: take the memory and the feed of one machine (--out) into an empty database. export: leave both in a new --out."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="status: one JSON object, for machines")
        parser.add_argument("--source", metavar="ID,...", help="seed: only these sources (default all enabled)")
        parser.add_argument("--wait", type=float, default=60.0, metavar="S", help="drain: seconds to wait for the workers (default 60)")
        parser.add_argument("--off", action="store_true", help="drain: hand out again")
        parser.add_argument(
            "--out", metavar="DIR", type=Path, help="one machine's output folder, to import or export (an import from NEWSBOT_OUT)"
        )
        parser.add_argument("--folder", metavar="NAME", default="state", help="its memory, a folder in that one (default state)")
        parser.add_argument("--silent", type=float, default=60.0, metavar="S", help="reclaim: not heard of for so long (default 60)")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it."""
        assert self.settings is not None
        action, address = _action(args), state_of(self.settings)
        if not is_database(address):
            raise UsageError("fleet: NEWSBOT_STATE is no database; give postgresql://user@host:port/database", print_help=False)
        require_extra()
        from newsbot.fleet import telling  # the extra is there now; without it all other commands work

        console = Console(soft_wrap=True, highlight=False)
        if action == "init":
            telling.tell_init(address, console)
        elif action in ("import", "export"):
            self._move(action, address, console, opts)
        elif action == "status":
            telling.tell_status(address, console, as_json=opts.json)
        elif action == "seed":
            telling.tell_seed(address, console, opts.source)
        elif action == "reclaim":
            telling.tell_reclaim(address, console, args[1] if len(args) > 1 else None, opts.silent)
        elif opts.off:
            telling.tell_resume(address, console)
        else:
            self.exitcode = telling.tell_drain(address, console, opts.wait)

    def _move(self, action: str, address: str, console: Console, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        from newsbot.fleet.moving import Move, tell_export, tell_import  # the extra is there now

        own = Path(self.settings["NEWSBOT_OUT"])
        if action == "export" and opts.out is None:
            raise UsageError("fleet export: name a new output folder with --out", print_help=False)
        move = Move(address, opts.out or own, opts.folder, self.settings["NEWSBOT_FEED"] or "")
        if action == "import":
            tell_import(move, console)
        else:
            tell_export(move, console, own)


def _action(args: list[str]) -> str:
    if not args or args[0] not in _ACTIONS:
        raise UsageError(f"fleet: say what: {', '.join(_ACTIONS)}" + (f"; {nearest(args[0], _ACTIONS)}" if args else ""), print_help=False)
    if len(args) > 1 + (args[0] == "reclaim"):
        raise UsageError(f"fleet {args[0]}: takes options only", print_help=False)
    return args[0]
