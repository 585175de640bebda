"""Keeps what the runtime caches out of the home directory while tests run."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def cache_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    if "BAYESCRIPT_CACHE" in os.environ:
        yield
        return
    os.environ["BAYESCRIPT_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["BAYESCRIPT_CACHE"]
