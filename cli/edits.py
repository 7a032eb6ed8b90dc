"""What `tescosense campaigns edit` is given, made into an answer at the gate."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.channel import Channel
from domain.errors import BadInput
from domain.money import pounds

if TYPE_CHECKING:
    from pydantic import JsonValue

    from runtime.runs.orders import Question


def edit_of(
    questions: "Sequence[Question]",
    *,
    ad: str | None,
    words: "dict[str, str | None]",
    budgets: Sequence[str],
    by: str,
) -> "dict[str, JsonValue]":
    """The answer at the gate. Raises BadInput for words without an ad, an ad without words, a channel without an ad,
    and a budget that is no `CHANNEL=POUNDS`."""
    given = {name: text for name, text in words.items() if text is not None}
    if bool(given) != bool(ad):
        raise BadInput(
            "words need the ad they are for, and an ad needs words",
            remedy="give --ad CHANNEL and one of --headline, --body and --call-to-action",
            field="ad",
        )
    edits: list[JsonValue] = [{"creative_id": _creative(questions, ad), **given}] if ad else []
    return {
        "decision": "edit",
        "decided_by": by,
        "copy_edits": edits,
        "budgets": [_budget(text) for text in budgets],
    }


def amount(text: str) -> Decimal:
    """Pounds as typed. Raises BadInput for what is no amount of money that can be spent."""
    try:
        money = pounds(text.removeprefix("£").replace(",", ""))
    except ValueError as error:
        raise BadInput(str(error), remedy="write pounds, as in 2500 or 2500.50", field="budget") from error
    if money <= 0:
        raise BadInput(f"£{money} is no budget", remedy="cancel the campaign to spend no more", field="budget")
    return money


def _creative(questions: "Sequence[Question]", ad: str) -> str:
    """The id of the ad of a channel among those a person is asked about."""
    ads = [one for question in questions for one in _ads(question)]
    for channel, identity in ads:
        if channel == ad:
            return identity
    channels = [channel for channel, _ in ads]
    raise BadInput(
        f"the campaign has no ad for '{ad}'",
        remedy=f"its ads are for {', '.join(channels)}" if channels else "look at it with `campaigns show`",
        field="ad",
    )


def _ads(question: "Question") -> list[tuple[str, str]]:
    creatives = question.payload.get("creatives") if isinstance(question.payload, dict) else None
    rows = creatives if isinstance(creatives, list) else []
    return [(str(row["channel"]), str(row["id"])) for row in rows if isinstance(row, dict)]


def _budget(text: str) -> "JsonValue":
    channel, _, money = text.partition("=")
    if channel not in list(Channel) or not money:
        raise BadInput(
            f"'{text}' is no budget",
            remedy=f"write CHANNEL=POUNDS, as in email=250; channels are {', '.join(Channel)}",
            field="budget",
        )
    return {"channel": channel, "budget": money}
