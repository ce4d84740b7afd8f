"""The log as JSON lines, for programs that collect logs; with the standard library alone."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Final

from scrapy.settings import BaseSettings

from newsbot.errors import ConfigError, OutputError

FORMS: Final = ("text", "json")
SUMMARY: Final = "run_summary"
"""Name of the attribute of a log record that holds a run's summary."""


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON: ``time`` (RFC 3339, UTC), ``level``, ``logger``, ``message``.

    Where there is one, ``error``, a traceback; in a run's last line ``run``, its summary.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        if hasattr(record, SUMMARY):
            told["run"] = getattr(record, SUMMARY)
        return json.dumps(told, ensure_ascii=False, default=str)


def is_json(settings: BaseSettings) -> bool:
    """Whether the log is asked for as JSON.

    Raises:
        ConfigError: ``NEWSBOT_LOG`` is neither ``text`` nor ``json``.
    """
    form = settings["NEWSBOT_LOG"] or "text"
    if form not in FORMS:
        raise ConfigError(f"NEWSBOT_LOG: {form!r} is no form of a log; write text or json")
    return bool(form == "json")


def log_as_json(settings: BaseSettings) -> None:
    """Have everything logged as JSON, to ``LOG_FILE`` or standard error, from the first line on: Scrapy's own handler is left out.

    Raises:
        OutputError: the file cannot be written.
    """
    name = settings["LOG_FILE"]
    try:
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        handler = logging.FileHandler(name, mode=mode, encoding="utf-8", errors="replace") if name else logging.StreamHandler()
    except OSError as error:
        raise OutputError(f"{name}: cannot be written ({error.strerror or error}); name another LOG_FILE") from error
    handler.setFormatter(JsonFormatter())
    handler.setLevel(settings["LOG_LEVEL"])
    logging.root.addHandler(handler)
    settings.set("LOG_FILE", None, priority="cmdline")
    settings.set("LOG_ENABLED", False, priority="cmdline")
