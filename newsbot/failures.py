"""Why a download gave no page, in one word that can be counted."""

from __future__ import annotations

from typing import Final

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

from newsbot.errors import Postponed


class Refused(exceptions.IgnoreRequest):
    """A request that we do not make; *word* says why, for the counts."""

    def __init__(self, message: str, word: str) -> None:
        super().__init__(message)
        self.word = word


_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (exceptions.CannotResolveHostError, "dns"),
    (exceptions.DownloadConnectionRefusedError, "refused"),
    (exceptions.DownloadTimeoutError, "download_timeout"),
    (exceptions.DownloadCancelledError, "too_large"),
    (exceptions.ResponseDataLossError, "data_loss"),
    (exceptions.UnsupportedURLSchemeError, "bad_url"),
    (exceptions.DownloadFailedError, "connection"),
    (ValueError, "bad_url"),  # a redirect to what is no address
)
"""The first class that fits counts."""
FAILURES: Final[tuple[type[Exception], ...]] = (exceptions.IgnoreRequest, *(kind for kind, _ in _WORDS))
"""What a download may end with that is nobody's fault here."""
_UNPACKERS: Final = ("zlib", "gzip", "brotli", "brotlicffi", "backports.zstd", "compression.zstd")
"""Modules whose errors mean that a body is not packed as its headers say."""


def failure_word(error: BaseException | None) -> str:
    """The word for *error*: ``http_<status>``, that of a refusal of ours, ``too_many_redirects``, one of the list above, or ``other``."""
    if isinstance(error, HttpError):
        return f"http_{error.response.status}"
    if isinstance(error, Refused):
        return error.word
    if isinstance(error, Postponed):
        return error.reason
    if isinstance(error, exceptions.IgnoreRequest):
        return _word_of_scrapy(str(error))
    if type(error).__module__.startswith(_UNPACKERS):
        return "bad_encoding"
    return next((word for kind, word in _WORDS if isinstance(error, kind)), "other")


def _word_of_scrapy(message: str) -> str:
    """Scrapy tells these apart by their message alone."""
    if "redirections" in message:
        return "too_many_redirects"
    return "too_large" if "DOWNLOAD_MAXSIZE" in message else "other"
