"""The browser that tests use: Debian's chromium, which ``make browser`` installs."""

from __future__ import annotations

import os

import pytest

from newsbot.rendering.browser import find_browser


def require_program() -> str:
    """Its path; the test is skipped where there is none, and fails where there must be one."""
    if (program := find_browser("")) is not None:
        return program
    if os.environ.get("NEWSBOT_REQUIRE_BROWSER"):
        pytest.fail("chromium is missing; make browser installs it")
    pytest.skip("no chromium here: pages were not rendered (make browser installs one)")
