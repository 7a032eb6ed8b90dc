"""One campaign in one file: a line that says what it is, then all that is known of it, packed with xz.

A state differs little from the one before it, so that twenty of them pack into little more than one.
"""

import hashlib
import lzma
from pathlib import Path
from typing import Annotated, Final, Literal
from uuid import UUID

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from domain.booking import BookingConfirmation
from domain.context import CampaignContext
from domain.decision import ApprovalDecision
from domain.errors import BadInput
from domain.events import Event
from domain.plain_text import showable
from domain.state import CampaignState
from storage.imports import Surroundings
from storage.records import AuditEntry, Reservation

FORMAT: Final = "tescosense-campaign"
FORMAT_VERSION: Final = 1
"""Raised when a field changes meaning. Fields may be added without."""
MOST_PACKED: Final = 32 * 2**20
"""Bytes of a file. A campaign of four cycles, its world's lessons and ads with it, has some hundred thousand."""
MOST_UNPACKED: Final = 256 * 2**20
_XZ: Final = b"\xfd7zXZ\0"
_MOST_MEMORY: Final = 128 * 2**20
"""Bytes that unpacking may take: what xz's highest level, which we do not use, would need."""
_MOST_FIRST_LINE: Final = 4_096
_LONGEST_NAME: Final = 1_000


class _Part(BaseModel):
    # What a later version adds without a change of meaning is read past.
    model_config = ConfigDict(extra="ignore", frozen=True)


class KeptCheckpoint(_Part):
    checkpoint_id: Annotated[str, Field(min_length=1, max_length=64)]
    parent_id: str | None
    step: int
    next: list[str]
    created_at: AwareDatetime
    state: CampaignState
    made_with: Annotated[str, Field(max_length=2_000)] = ""
    """Fingerprints of what the step that led there was made with; empty in files of before they were kept."""


class Origin(_Part):
    """Where a file came from."""

    campaign_id: UUID
    name: Annotated[str, Field(max_length=_LONGEST_NAME), AfterValidator(showable)]
    """As a terminal may show it: what a file says steers none."""
    exported_at: AwareDatetime
    version: str
    """Of TescoSense."""
    code: dict[str, str]
    """A fingerprint of each room of the code."""
    names_kept: bool
    """Whether people are named in it; otherwise they are numbered."""


class CampaignFile(_Part):
    origin: Origin
    context: CampaignContext
    began_with: CampaignState | None
    checkpoints: Annotated[list[KeptCheckpoint], Field(min_length=1, max_length=2_000)]
    """Newest first."""
    artwork: dict[UUID, str | None]
    events: list[Event]
    """With every model's question and every node's answer, attempt and cause."""
    decisions: list[ApprovalDecision]
    bookings: list[BookingConfirmation]
    ledger: list[Reservation]
    order: JsonValue
    """What had been ordered and not yet been carried out; None for nothing."""
    audit: list[AuditEntry]
    prompts: dict[str, str]
    """The texts it was written with, by prompt."""
    surroundings: Surroundings

    @model_validator(mode="after")
    def _of_one_campaign(self) -> "CampaignFile":
        ids = [one.checkpoint_id for one in self.checkpoints]
        if len(set(ids)) < len(ids):
            raise ValueError("a checkpoint is there twice")
        of = {one.state.campaign_id for one in self.checkpoints} - {None}
        if of - {self.origin.campaign_id}:
            raise ValueError("a state is another campaign's")
        return self


class _FirstLine(_Part):
    format: Literal["tescosense-campaign"]
    version: int
    sha256: str


def packed(content: JsonValue) -> bytes:
    """A file of a `CampaignFile` as JSON."""
    body = orjson.dumps(content)
    first = orjson.dumps(
        {"format": FORMAT, "version": FORMAT_VERSION, "sha256": hashlib.sha256(body).hexdigest()},
        option=orjson.OPT_APPEND_NEWLINE,
    )
    return lzma.compress(first + body, preset=6)


def unpacked(file: bytes) -> CampaignFile:
    """What a file holds. Raises BadInput, in one sentence, for one that is damaged, foreign, of a later version or too
    large; of an attack by size no more is unpacked than `MOST_UNPACKED`."""
    first, body = _parts(_opened(file))
    if first.version > FORMAT_VERSION:
        raise BadInput(
            f"the file is of version {first.version}, and this TescoSense reads up to {FORMAT_VERSION}",
            remedy="import it with a newer TescoSense",
            field="file",
        )
    if hashlib.sha256(body).hexdigest() != first.sha256:
        raise _damaged("its content is not what was written")
    return fitting(_parsed(body))


def read_bounded(path: Path) -> bytes:
    """A file's bytes, no more than a campaign may have and one. Raises BadInput where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_PACKED + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read", remedy=error.strerror or str(error), field="file") from error


def fitting(content: object) -> CampaignFile:
    """Raises BadInput for what is no campaign."""
    try:
        return CampaignFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])[:200]
        raise _damaged(f"{where or 'it'} does not fit") from error


def _opened(file: bytes) -> bytes:
    if not file.startswith(_XZ):
        raise _foreign()
    if len(file) > MOST_PACKED:
        raise _too_large(f"{MOST_PACKED // 2**20} MB")
    opened = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
    try:
        found = opened.decompress(file, max_length=MOST_UNPACKED)
    except lzma.LZMAError as error:
        raise _damaged("it cannot be unpacked") from error
    if not opened.eof:
        if len(found) >= MOST_UNPACKED:
            raise _too_large(f"{MOST_UNPACKED // 2**20} MB unpacked")
        raise _damaged("its end is missing")
    if opened.unused_data:
        raise _damaged("something follows its end")
    return found


def _parts(found: bytes) -> tuple[_FirstLine, bytes]:
    line, newline, body = found.partition(b"\n")
    if not newline or len(line) > _MOST_FIRST_LINE:
        raise _foreign()
    try:
        return _FirstLine.model_validate_json(line), body
    except ValidationError as error:
        raise _foreign() from error


def _parsed(body: bytes) -> object:
    try:
        found: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _damaged("its content is no JSON") from error
    return found


def _damaged(why: str) -> BadInput:
    return BadInput(f"the file is damaged: {why}", remedy="have it exported and sent again", field="file")


def _foreign() -> BadInput:
    return BadInput(
        "the file is no exported campaign", remedy="make one with `tescosense campaigns export`", field="file"
    )


def _too_large(most: str) -> BadInput:
    return BadInput(f"the file holds more than {most}", remedy="no campaign needs as much", field="file")
