"""One world for all tests of access: its database is laid anew where a request has written."""

import pytest

from tests.access.world import World, build


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("world"))
