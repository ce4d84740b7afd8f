"""A PostgreSQL server of our own, in a temporary folder: Debian's package, which ``make postgresql`` installs."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PATIENCE_S = 30.0
OPTIONS = "fsync=off listen_addresses=127.0.0.1 unix_socket_directories= max_connections=60 shared_buffers=64MB".split()


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``; Debian keeps it off the path."""
    found = shutil.which("initdb")
    places = [*([Path(found).parent] if found else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


class Server:
    """One server on a free port; root may not run it, so somebody else does."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._folder, self._bin = folder, bin_folder
        self._user = {"user": _somebody(), "group": pwd.getpwnam(_somebody()).pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        if self._user:
            shutil.chown(folder, self._user["user"])
        self._port = _free_port()
        initdb = [bin_folder / "initdb", "-D", folder / "data", "-U", "newsbot", "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._user)
        self.start()

    @property
    def address(self) -> str:
        return f"postgresql://newsbot@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        options = [part for option in (*OPTIONS, f"port={self._port}") for part in ("-c", option)]
        command = [self._bin / "postgres", "-D", self._folder / "data", *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self._user)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                psycopg.connect(self.address).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: connections are cut; SIGQUIT: as after a crash."""
        self._process.send_signal(how)
        self._process.wait(PATIENCE_S)

    def empty(self) -> str:
        """The address of a new, empty schema."""
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.address}?options=-csearch_path%3D{name}"


@contextmanager
def server(bin_folder: Path) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="newsbot-postgresql-"))
    try:
        running = Server(folder, bin_folder)
        yield running
        running.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _somebody() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
