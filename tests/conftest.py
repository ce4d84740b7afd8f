import os
from typing import Any

import pytest

from tests.postgresql import programs, server


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable():
    """A report can hold what no channel between processes can: half a surrogate pair that a test has logged on purpose."""
    return sendable((yield))


def sendable(value: Any) -> Any:
    """The value with ``\\ud800`` written out wherever text has one."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {sendable(key): sendable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(sendable, value))
    return value


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server, one a test process."""
    if (found := programs()) is None:
        if os.environ.get("NEWSBOT_REQUIRE_POSTGRESQL"):
            pytest.fail("PostgreSQL is missing; make postgresql installs it")
        pytest.skip("no PostgreSQL here: the fleet was not tried (make postgresql installs it)")
    with server(found) as running:
        yield running


@pytest.fixture(scope="session")
def storage():
    """A client of a server that speaks S3, with the bucket ``news``; one a test process."""
    from tests.storage_server import storage_server  # takes half a second to load

    with storage_server() as client:
        yield client


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where a memory is kept: in a file, and in a database."""
    return tmp_path / "state" / "memory.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql").empty()
