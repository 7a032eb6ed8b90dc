"""What routes are given."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from domain.errors import StorageUnavailable
from runtime.system import System


def the_system(connection: HTTPConnection) -> System:
    system = getattr(connection.app.state, "system", None)
    if not isinstance(system, System):
        raise StorageUnavailable("the system has not started", remedy="wait for GET /health to answer 200")
    return system


TheSystem = Annotated[System, Depends(the_system)]
