"""Where a fleet's finished files lie: a folder that its machines share, or S3-compatible storage. A file is there whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, Protocol, cast
from urllib.parse import urlsplit

from newsbot.errors import ConfigError, OutputError
from newsbot.part_file import make_folder, sync_folder

_SCHEME: Final = "s3://"
_SPOOL_BYTES: Final = 8 * 2**20
"""What is read is kept in memory up to this size."""
_GONE: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class Storage(Protocol):
    """Files by their paths, relative to the place, with ``/``."""

    def put(self, path: str, data: bytes) -> None:
        """Have *data* under *path*, whole and safe when this returns; until then what was there before, or nothing.

        Raises:
            OutputError: one line; it cannot be written.
        """

    def open(self, path: str) -> IO[bytes]:
        """The bytes of *path*, at their beginning.

        Raises:
            OSError: it is not there, or cannot be read.
        """

    def size_bytes(self, path: str) -> int | None:
        """Size of *path*; ``None`` where there is no such file.

        Raises:
            OSError: nobody can tell.
        """

    def remove(self, path: str) -> None:
        """Take *path* away, where it is there.

        Raises:
            OutputError: one line; it cannot be removed.
        """

    def name(self, path: str = "") -> str:
        """*path* for people."""


def storage_at(place: str, out: Path) -> Storage:
    """The storage that the setting ``NEWSBOT_FEED`` names: ``s3://bucket/folder``, a folder, or by default the output folder *out*.

    Raises:
        ConfigError: the address is none, or the extra ``s3`` is not installed.
    """
    if place.startswith(_SCHEME):
        return BucketStorage(place)
    if "://" in place:
        raise ConfigError(f"NEWSBOT_FEED: {place}: is no storage that newsbot knows; write s3://bucket/folder or the name of a folder")
    return FolderStorage(Path(place) if place else out)


class FolderStorage:
    """:class:`Storage` in a folder of this machine, or one that machines share (NFS)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: str, data: bytes) -> None:
        """Write beside, bring to the disk, rename."""
        target = self._folder / path
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            make_folder(target.parent)
            with part.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            part.rename(target)
            sync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise OutputError(f"{target}: cannot be written ({error.strerror or error}); check the disk's room and rights") from error

    def open(self, path: str) -> IO[bytes]:
        """The file."""
        return (self._folder / path).open("rb")

    def size_bytes(self, path: str) -> int | None:
        """Its size."""
        try:
            return (self._folder / path).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def remove(self, path: str) -> None:
        """Unlink it, and the folders that are empty then."""
        target = self._folder / path
        try:
            target.unlink(missing_ok=True)
            for folder in target.parents:
                if folder == self._folder or not folder.is_dir() or any(folder.iterdir()):
                    return
                folder.rmdir()
        except OSError as error:
            raise OutputError(f"{target}: cannot be removed ({error.strerror or error}); check the folder's rights") from error

    def name(self, path: str = "") -> str:
        """Its path."""
        return str(self._folder / path)


class BucketStorage:
    """:class:`Storage` in a bucket. Large files are sent in parts, and appear when the last one is there.

    Keys, region and endpoint are the environment's, as for every program that uses boto3 (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``).
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        if not self._bucket:
            raise ConfigError(f"NEWSBOT_FEED: {address}: names no bucket; write s3://bucket/folder")
        try:
            import boto3
        except ImportError as error:
            raise ConfigError(f"NEWSBOT_FEED: {address}: needs the extra 's3' ({error}); pip install 'newsbot[s3]'") from error
        with self._refusals("", "be used"):
            self._client: Any = boto3.client("s3")

    def put(self, path: str, data: bytes) -> None:
        """Upload it."""
        with self._refusals(path, "be written"):
            self._client.upload_fileobj(BytesIO(data), self._bucket, self._key(path))

    def open(self, path: str) -> IO[bytes]:
        """Download it into a temporary file."""
        spool = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115  its reader closes it
        try:
            with self._reading(path):
                self._client.download_fileobj(self._bucket, self._key(path), spool)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return cast(IO[bytes], spool)

    def size_bytes(self, path: str) -> int | None:
        """Its size."""
        try:
            with self._reading(path):
                return int(self._client.head_object(Bucket=self._bucket, Key=self._key(path))["ContentLength"])
        except FileNotFoundError:
            return None

    def remove(self, path: str) -> None:
        """Delete it."""
        with self._refusals(path, "be removed"):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(path))

    def name(self, path: str = "") -> str:
        """Its address."""
        return f"{_SCHEME}{self._bucket}/{self._key(path)}"

    def _key(self, path: str) -> str:
        return f"{self._prefix}/{path}" if self._prefix else path

    @contextmanager
    def _reading(self, path: str) -> Iterator[None]:
        """What a storage cannot do, as a file system says it."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                raise FileNotFoundError(2, "is not there", self.name(path)) from error
            raise OSError(5, _line(error), self.name(path)) from error
        except (Boto3Error, BotoCoreError) as error:
            raise OSError(5, _line(error), self.name(path)) from error

    @contextmanager
    def _refusals(self, path: str, what: str) -> Iterator[None]:
        try:
            with self._reading(path):
                yield
        except OSError as error:
            mend = "check the bucket, its rights, AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL"
            raise OutputError(f"{self.name(path)}: cannot {what} ({error.strerror}); {mend}") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
