"""One server for all tests of a module: starting it takes longer than what is asked of it."""

from collections.abc import Iterator

import pytest

from tests.lsp.client import Client


@pytest.fixture(scope="session")
def server() -> Iterator[Client]:
    with Client() as client:
        yield client
