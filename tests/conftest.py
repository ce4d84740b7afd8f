import os

import pytest

from tests.postgresql import programs, server


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server, one a test process."""
    if (found := programs()) is None:
        if os.environ.get("NEWSBOT_REQUIRE_POSTGRESQL"):
            pytest.fail("PostgreSQL is missing; make postgresql installs it")
        pytest.skip("no PostgreSQL here: the fleet was not tried (make postgresql installs it)")
    with server(found) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where a memory is kept: in a file, and in a database."""
    return tmp_path / "state" / "memory.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql").empty()
