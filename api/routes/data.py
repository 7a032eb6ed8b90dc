"""Sales of one's own, over HTTP: files dropped into a folder, what is understood of them, and which column is which."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from api.dependencies import LONGEST_NAME, TheSystem
from api.doors.refusals import BodyTooSlow
from api.guarded import GuardedRoute, does
from api.openapi import refuses
from domain.caller import Act
from domain.errors import Conflict
from runtime.folders.desk import DroppedCheck, DroppedFolder, TableWanted

router = APIRouter(prefix="/data", tags=["your data"], route_class=GuardedRoute)

FolderName = Annotated[str, Path(max_length=LONGEST_NAME, examples=["my-shop"])]
FileName = Annotated[str, Path(max_length=LONGEST_NAME, examples=["sales.csv"])]


async def known_folder(folder: FolderName, system: TheSystem) -> str:
    """The name in the path. Raises NotFound where no folder has it."""
    return await asyncio.to_thread(system.folders.known, folder)


KnownFolder = Annotated[str, Depends(known_folder)]
CHUNK_SECONDS = 30.0
"""How long the next piece of a file may take to arrive."""
_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


class Folders(BaseModel):
    items: list[DroppedFolder]
    next: str | None = None


class Mapping(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tables: dict[str, TableWanted] = Field(max_length=20, description="by table: `sales`, `products`, ...")


@router.get("/folders")
async def list_folders(system: TheSystem) -> Folders:
    """The folders whose files came this way. Each is a source that may be looked at by its name."""
    return Folders(items=list(await asyncio.to_thread(system.folders.folders)))


@router.put(
    "/folders/{folder}/files/{file}",
    responses=refuses(Conflict),
    openapi_extra={**does(Act.DROP_FILE), **_BYTES},
)
async def put_file(request: Request, folder: FolderName, file: FileName, system: TheSystem) -> DroppedFolder:
    """Put a file, as it is, into a folder, which is made if it is not there; one of that name is replaced whole."""
    declared = request.headers.get("content-length", "")
    size = int(declared[:20]) if declared.isdecimal() else 0
    return await system.folders.save(folder, file, _arriving(request), declared=size)


@router.delete("/folders/{folder}/files/{file}", openapi_extra=does(Act.DROP_FILE))
async def delete_file(folder: FolderName, file: FileName, system: TheSystem) -> DroppedFolder:
    """Take a file out of a folder."""
    return await system.folders.remove(folder, file)


@router.get("/folders/{folder}/check")
async def check(folder: KnownFolder, system: TheSystem) -> DroppedCheck:
    """What a run would understand of a folder, and what it would leave out, with file and line."""
    return await system.folders.check(folder)


@router.put("/folders/{folder}/mapping", openapi_extra=does(Act.MAP_COLUMNS))
async def put_mapping(folder: KnownFolder, mapping: Mapping, system: TheSystem) -> DroppedCheck:
    """Say which column is which field, as in mapping.toml; what comes of it is the answer."""
    return await system.folders.map_columns(folder, mapping.tables)


async def _arriving(request: Request) -> AsyncIterator[bytes]:
    """Raises BodyTooSlow where nothing arrives any more, be it that the sender has gone."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(CHUNK_SECONDS):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise BodyTooSlow(
                f"nothing more of the file arrived within {CHUNK_SECONDS:.0f} seconds", remedy="send it again"
            ) from None
        except ClientDisconnect:
            raise BodyTooSlow("the connection ended before the file did", remedy="send it again") from None
        if chunk is None:
            return
        yield chunk
