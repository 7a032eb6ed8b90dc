"""What tests of the socket say of what a client heard."""

from tests.integration.serving import Client, data_of


def require_every_seq_once(client_seqs: dict[str, list[int]]) -> None:
    for thread, seqs in client_seqs.items():
        assert seqs == list(range(1, len(seqs) + 1)), thread


def join(*parts: dict[str, list[int]]) -> dict[str, list[int]]:
    whole: dict[str, list[int]] = {}
    for part in parts:
        for thread, seqs in part.items():
            whole.setdefault(thread, []).extend(seqs)
    return whole


def approval_of(client: Client, campaign: str) -> str:
    """The id of the question a campaign asks at the gate."""
    asked = [
        data_of(event)["interrupt_id"]
        for event in client.events
        if event["thread_id"] == campaign
        and event["method"] == "input.requested"
        and data_of(event)["node"] == "approval"
    ]
    return str(asked[-1])


async def at_rest(client: Client, campaigns: list[str]) -> list[str]:
    """Listen until every campaign is parked or has ended; the ones that wait at the gate."""
    while True:
        closed = {e["thread_id"] for e in client.events if data_of(e).get("phase") in ("parked", "completed", "failed")}
        if closed.issuperset(campaigns):
            return [
                campaign
                for campaign in campaigns
                if any(
                    e["thread_id"] == campaign and data_of(e).get("status") == "AWAITING_APPROVAL"
                    for e in client.events
                )
            ]
        await client.until(kind="lifecycle")
