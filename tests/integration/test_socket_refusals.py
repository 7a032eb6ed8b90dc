"""Who is closed by `/ws/dashboard`, with which code, and that it disturbs no one else."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.hearing import require_every_seq_once
from tests.integration.serving import Server, connected, serving

TRIGGER = (
    '{"type":"command","name":"simulation.trigger","command_id":"01890000-0000-7000-8000-000000000000","scenario":"?"}'
)


@pytest.mark.parametrize(
    ("spoken", "reason"),
    [
        ("{", "Invalid JSON"),
        ('{"type":"command","name":"campaign.answer"}', "command_id"),
        ('{"type":"hello","since":{"not-an-id":1}}', "since"),
        ('{"type":"hello","threads":"some"}', "threads"),
        ('{"type":"hello","token":' + "[" * 500 + "]" * 500 + "}", "recursion limit"),
        (TRIGGER.replace("?", "a\\u0000b"), "scenario: holds a NUL"),
        (TRIGGER.replace("?", "\\ud800"), "hex escape"),
        (TRIGGER.replace("?", "x" * 201), "200 characters"),
        ("[]", "send one JSON object"),
        ("null", "send one JSON object"),
        ('{"type":"hello","sinse":{}}', "there is no field 'sinse': did you mean 'since'?"),
        (TRIGGER.replace('"scenario"', '"scenari"'), "there is no field 'scenari': did you mean 'scenario'?"),
        ('{"type":"watch","thread":[]}', "there is no field 'thread': did you mean 'threads'?"),
        ('{"type":"helo"}', "type: there is no 'helo': did you mean 'hello'?"),
        (
            TRIGGER.replace("trigger", "triger"),
            "name: there is no 'simulation.triger': did you mean",
        ),
        ('{"token":"sesame"}', "type is missing: say what the message is"),
        ('{"type":"watch"}', "threads is missing"),
        (b"\x00\x01", "send JSON as text"),
    ],
)
async def test_a_malformed_message_closes_its_socket_with_4400(
    server: Server, spoken: str | bytes, reason: str
) -> None:
    async with connected(server) as other, connected(server) as client:
        await other.hello()
        await client.connection.send(spoken)
        code, said = await client.closed()
        assert code == 4400
        assert reason in said
        await other.until(type="stream.synced")


async def test_a_reason_too_long_for_a_close_frame_is_cut_between_letters(server: Server) -> None:
    async with connected(server) as client:
        await client.say(type="hello", **{"é" * 300: 1})
        code, reason = await client.closed()
        assert code == 4400
        assert 100 < len(reason.encode()) <= 123


async def test_a_command_before_hello_and_a_second_hello_are_refused(server: Server) -> None:
    async with connected(server) as client:
        await client.say(type="command", name="simulation.trigger", command_id=str(uuid4()), scenario="heavy-rain")
        assert await client.closed() == (4400, "say hello first")
    async with connected(server) as client:
        await client.hello()
        await client.hello()
        assert await client.closed() == (4400, "hello was said already")


async def test_a_client_that_does_not_say_hello_is_closed(tmp_path: Path) -> None:
    impatient = {"TESCOSENSE_SOCKET_HELLO_SECONDS": "0.1"}
    with serving(tmp_path / "data", **impatient) as server:
        async with connected(server) as client:
            assert await client.closed() == (4400, "say hello first")


async def test_an_oversized_message_closes_its_socket_with_1009(server: Server) -> None:
    async with connected(server) as other, connected(server) as client:
        await other.hello()
        await client.hello()
        await client.say(type="command", name="simulation.trigger", command_id=str(uuid4()), scenario="x" * 6000)
        assert (await client.closed())[0] == 1009
        await other.until(type="stream.synced")
    async with connected(server) as client:
        await client.connection.send("x" * 1_100_000)
        assert (await client.closed())[0] == 1009


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_is_closed_with_4403(server: Server, origin: str) -> None:
    async with connected(server, origin=origin) as client:
        assert (await client.closed())[0] == 4403
        assert client.messages == []


async def test_our_own_page_may_connect(server: Server) -> None:
    async with connected(server, origin=server.url) as client:
        await client.hello()
        await client.until(type="stream.synced")


async def test_a_flooding_client_is_closed_with_4429_and_disturbs_no_one(tmp_path: Path) -> None:
    once_in_a_while = {"TESCOSENSE_SOCKET_MESSAGES_PER_SECOND": "0.001"}
    with serving(tmp_path / "data", **once_in_a_while) as server:
        async with connected(server) as other, connected(server) as client:
            await other.hello()
            await other.until(type="stream.synced")
            await client.hello()
            flood = {"type": "command", "name": "simulation.trigger", "command_id": str(uuid4()), "scenario": "none"}
            for _ in range(200):
                await client.say(**flood)
            code, reason = await client.closed()
            assert (code, reason) == (4429, "too many messages: send fewer a second")
            answered = sum(message["type"] == "command.result" for message in client.messages)
            assert answered <= 39, "forty messages at once, and the hello is one of them"
            await server.step()
            await other.until(kind="clock.day")


async def test_only_a_known_token_is_let_in_once_keys_are_set(tmp_path: Path) -> None:
    with serving(tmp_path / "data", TESCOSENSE_API_KEYS='["sesame"]') as server:
        for wrong in ({}, {"token": ""}, {"token": "sesam"}, {"token": "sesame "}):
            async with connected(server) as client:
                await client.hello(**wrong)
                assert await client.closed() == (4401, "the token is not known")
                assert client.messages == []
        async with connected(server) as client:
            await client.hello(token="sesame")
            await client.until(type="stream.synced")


async def test_a_client_that_breaks_the_protocol_of_the_wire_is_closed_and_disturbs_no_one(tmp_path: Path) -> None:
    # A wire that is broken answers nothing more, so the server closes it once it has stalled.
    with serving(tmp_path / "data", TESCOSENSE_SOCKET_STALL_SECONDS="2", TESCOSENSE_SOCKET_HELLO_SECONDS="5") as server:
        async with connected(server) as healthy:
            await healthy.hello()
            await healthy.until(type="stream.synced")
            for _ in range(3):
                async with connected(server, close_timeout=1) as broken:
                    await broken.hello(threads=[str(uuid4())])
                    await broken.until(type="stream.synced")
                    broken.connection.transport.write(b"\xff\xff\xff\xff")
                    await server.step()
                    code, _ = await broken.closed()
                    assert code == 1002
                await healthy.until(kind="clock.day")
            require_every_seq_once(healthy.seqs)
