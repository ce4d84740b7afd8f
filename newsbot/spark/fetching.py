"""Files that lie elsewhere, brought here for as long as they are read."""

from __future__ import annotations

import http.client
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from newsbot.errors import ArchiveError

SCHEME: Final = re.compile(r"(?:https?|s3)://")
_TRIES: Final = 3
_PAUSE_S: Final = 2.0
"""Before the second try; doubled before each further one."""
_TIMEOUT_S: Final = 60.0
_CHUNK: Final = 2**20
_PASSING: Final = (408, 429)
"""Answers below 500 after which another try may help."""
_AGENT: Final = "newsbot (reads archives)"


class _Refused(OSError):
    """An answer that another try does not change."""


@contextmanager
def fetched(address: str) -> Iterator[Path]:
    """A path under which the whole file at *address* can be read until the end: of the web and of S3 it is a copy in ``TMPDIR``.

    Raises:
        ArchiveError: one line; it cannot be fetched. Of a path nothing is asked.
    """
    if not SCHEME.match(address):
        yield Path(address)
        return
    with TemporaryDirectory(prefix="newsbot-") as folder:
        path = Path(folder) / "fetched"
        try:
            _fetch(address, path)
        except (OSError, http.client.HTTPException) as error:
            mend = "check the address, or start again later: the other files are done then"
            raise ArchiveError(f"{address}: cannot be fetched ({' '.join(str(error).split())[:200]}); {mend}") from error
        yield path


def _fetch(address: str, path: Path) -> None:
    for pause_s in (*(_PAUSE_S * 2**number for number in range(_TRIES - 1)), None):
        try:
            return _from_s3(address, path) if address.startswith("s3://") else _from_web(address, path)
        except _Refused:
            raise
        except (OSError, http.client.HTTPException):
            if pause_s is None:
                raise
            time.sleep(pause_s)
    return None


def _from_web(address: str, path: Path) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": _AGENT})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer, path.open("wb") as file:
            shutil.copyfileobj(answer, file, _CHUNK)
            expected = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        with error:
            said = f"HTTP status {error.code}"
            raise (OSError if error.code >= 500 or error.code in _PASSING else _Refused)(said) from error
    if expected is not None and path.stat().st_size != int(expected):
        raise OSError(f"the connection ended after {path.stat().st_size} of {expected} bytes")


def _from_s3(address: str, path: Path) -> None:
    """By the credentials that boto3 finds; without any as anybody."""
    try:
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise _Refused("S3 needs the package boto3; install it with: pip install '.[s3]'") from error
    bucket, _, key = address.removeprefix("s3://").partition("/")
    session = boto3.Session()
    config: Any = None if session.get_credentials() else Config(signature_version=UNSIGNED)
    try:
        session.client("s3", config=config).download_file(bucket, key, str(path))
    except ClientError as error:
        raise _Refused(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error
