"""Why a download gave no page, in one word that can be counted."""

from __future__ import annotations

from typing import Final

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (exceptions.CannotResolveHostError, "dns"),
    (exceptions.DownloadConnectionRefusedError, "refused"),
    (exceptions.DownloadTimeoutError, "download_timeout"),
    (exceptions.DownloadCancelledError, "too_large"),
    (exceptions.ResponseDataLossError, "data_loss"),
    (exceptions.UnsupportedURLSchemeError, "bad_url"),
    (exceptions.DownloadFailedError, "connection"),
)
"""The first class that fits counts."""


def failure_word(error: BaseException | None) -> str:
    """The word for *error*: ``http_<status>``, ``robots``, ``too_many_redirects``, one of the list above, or ``other``."""
    if isinstance(error, HttpError):
        return f"http_{error.response.status}"
    if isinstance(error, exceptions.IgnoreRequest):
        return "robots" if "robots.txt" in str(error) else "too_many_redirects" if "redirections" in str(error) else "other"
    return next((word for kind, word in _WORDS if isinstance(error, kind)), "other")
