"""What several files of these tests share."""

from collections.abc import Iterator

import pytest

from tests.integration.serving import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as they found it, or only add campaigns."""
    limits = {
        "TESCOSENSE_SOCKET_HEARTBEAT_SECONDS": "0.2",
        "TESCOSENSE_SOCKET_COMMAND_BYTES": "5000",
    }
    with serving(tmp_path_factory.mktemp("socket") / "data", **limits) as running:
        yield running
