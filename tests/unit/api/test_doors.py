"""Who is let in, and with what: every door, by what is knocked with."""

import orjson
import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.app import create_app
from api.doors import bodies
from api.doors.bodies import LARGEST_BODY, check_json
from api.doors.door import AddressDoor, HostDoor, RouteDoor
from api.doors.hosts import HostList, is_loopback, is_own_origin
from api.doors.keys import KeyRing
from domain.errors import BadInput
from runtime.api_keys import ApiKey
from runtime.settings import Settings
from tests.unit.api.knocking import knock

JSON = ("content-type", "application/json")


def house(*, keys: tuple[str, ...] = (), hosts: tuple[str, ...] = ()) -> FastAPI:
    """An application with one room, behind the doors."""
    app = FastAPI()

    @app.api_route("/campaigns", methods=["GET", "POST"])
    async def campaigns(request: Request) -> int:
        return len(await request.body())

    @app.post("/threads")
    async def threads(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(
        RouteDoor, rooms={"campaigns"}, keys=KeyRing([ApiKey(name="desk", key=SecretStr(key)) for key in keys])
    )
    app.add_middleware(AddressDoor)
    app.add_middleware(HostDoor, hosts=HostList(hosts))
    return app


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8000", 200),
        ("localhost:1", 200),
        ("LocalHost:8000", 200),
        ("[::1]:8000", 200),
        ("ads.shop.example", 200),
        ("tills.shop.example:443", 200),
        ("shop.example", 421),
        ("notshop.example", 421),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example@127.0.0.1", 421),
        ("127.0.0.1:8000@evil.example", 421),
        ("127.0.0.1:8000:1", 421),
        ("127.0.0.1/evil", 421),
        ("127.0.0.1 ", 421),
        ("0.0.0.0:8000", 421),
        ("[::1", 421),
        ("[", 421),
        ("", 421),
        (None, 421),
    ],
)
async def test_only_a_host_of_ours_is_answered(host: str | None, status: int) -> None:
    answer = await knock(house(hosts=("ads.shop.example", "*.shop.example")), host=host)
    assert answer.status == status
    if status == 421:
        assert "TESCOSENSE_ALLOWED_HOSTS" in answer.problem["remedy"]
        assert answer.problem["field"] == "Host"


async def test_a_server_that_calls_itself_is_answered_by_whatever_name() -> None:
    assert (await knock(house(), host="api", server=("api", None))).status == 200


async def test_two_hosts_are_none() -> None:
    assert (await knock(house(), headers=[("host", "127.0.0.1:8000")])).status == 421


async def test_any_host_is_answered_where_the_setting_says_so() -> None:
    assert (await knock(house(hosts=("*",)), host="evil.example")).status == 200
    assert (await knock(house(hosts=("*",)), host="[")).status == 421


async def test_a_socket_for_another_host_is_closed_before_it_opens() -> None:
    answer = await knock(create_app(Settings()), path="/ws/dashboard", host="evil.example", kind="websocket")
    assert answer.headers["type"] == "websocket.close"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8000", 200),
        ("http://127.0.0.1:8001", 403),
        ("http://127.0.0.1", 403),
        ("http://localhost:8000", 403),
        ("https://evil.example", 403),
        ("http://127.0.0.1:8000@evil.example", 403),
        ("http://evil@127.0.0.1:8000", 403),
        ("null", 403),
        ("http://[", 403),
        ("http://[::1", 403),
        ("http://127.0.0.1:eighty", 403),
        ("127.0.0.1:8000", 403),
        ("file://127.0.0.1:8000", 403),
        ("", 403),
    ],
)
async def test_only_our_own_page_may_change_something(origin: str, status: int) -> None:
    answer = await knock(house(), "POST", headers=[("origin", origin)])
    assert answer.status == status
    assert (await knock(house(), "GET", headers=[("origin", origin)])).status == 200, "reading changes nothing"


def test_two_origins_are_not_ours() -> None:
    assert not is_own_origin(["http://here", "http://here"], "here")
    assert is_own_origin([], "here"), "a client that is no browser names none"


@given(st.text(max_size=50))
def test_whatever_stands_in_origin_or_host_is_judged(text: str) -> None:
    assert not HostList(()).knows(f"{text}.evil.example")
    is_own_origin([text], text)


async def test_a_key_is_asked_for_before_a_body_is_read() -> None:
    app = house(keys=("sesame",))
    declared = [("transfer-encoding", "chunked"), ("content-type", "text/plain")]
    for offered in ([], [("authorization", "Bearer sesam")], [("authorization", "Basic sesame")], [("x-api-key", "é")]):
        answer = await knock(app, "POST", headers=[*declared, *offered], body=[b"x"] * 3)
        assert (answer.status, answer.read) == (401, 0)
    for offered in ([("authorization", "bearer sesame")], [("x-api-key", "sesame")]):
        answer = await knock(app, "POST", headers=[*declared, *offered], body=[b"x"] * 3)
        assert (answer.status, answer.body, answer.read) == (200, b"3", 3)


@pytest.mark.parametrize(
    "path", ["/campaigns", "/campaigns/", "//campaigns", "/campaigns/1/state", "/campaigns/%2e%2e"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
async def test_there_is_no_way_round_the_key(method: str, path: str) -> None:
    assert (await knock(house(keys=("sesame",)), method, path)).status == 401


async def test_every_route_of_ours_but_health_asks_for_a_key() -> None:
    app = create_app(Settings(api_keys=(ApiKey(name="desk", key=SecretStr("sesame")),)))
    for path, operations in app.openapi()["paths"].items():
        for method in operations:
            status = (await knock(app, method.upper(), path)).status
            assert status == (503 if path == "/health" else 401), f"{method} {path}"


async def test_without_keys_nobody_is_served_who_comes_over_a_network() -> None:
    for address in ("192.168.1.7", "172.17.0.2", "2001:db8::1"):
        answer = await knock(house(), server=(address, 8000))
        assert answer.status == 401
        assert "TESCOSENSE_API_KEYS" in answer.problem["remedy"]
        keyed = await knock(house(keys=("sesame",)), server=(address, 8000), headers=[("x-api-key", "sesame")])
        assert keyed.status == 200
    for address in ("127.0.0.1", "127.8.8.8", "::1"):
        assert (await knock(house(), server=(address, 8000))).status == 200


WITHIN = ("localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]")
BEYOND = ("0.0.0.0", "::", "", "192.168.1.7", "localhost.example")


@pytest.mark.parametrize(("host", "within"), [*((host, True) for host in WITHIN), *((host, False) for host in BEYOND)])
def test_which_addresses_only_this_machine_reaches(host: str, within: bool) -> None:
    assert is_loopback(host) is within


async def test_a_body_that_is_declared_too_large_is_refused_unread() -> None:
    answer = await knock(house(), "POST", headers=[("content-length", str(LARGEST_BODY + 1))], body=[b"x"] * 9)
    assert (answer.status, answer.read, answer.headers["connection"]) == (413, 0, "close")
    assert "1000000 bytes" in answer.problem["detail"]
    endless = await knock(house(), "POST", headers=[("content-length", "9" * 5000)])
    assert endless.status == 413


async def test_a_body_in_chunks_is_refused_once_it_is_too_large() -> None:
    chunk = b"x" * 100_000
    declared = [("transfer-encoding", "chunked"), ("content-type", "text/plain")]
    assert (await knock(house(), "POST", headers=declared, body=[chunk] * 10)).body == b"1000000"
    answer = await knock(house(), "POST", headers=declared, body=[chunk] * 1000)
    assert (answer.status, answer.read) == (413, 11)


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.01)
    answer = await knock(house(), "POST", headers=[("content-length", "5")], body=[b"x"], stalls=True)
    assert answer.status == 408


async def test_what_is_beside_our_rooms_is_not_ours_to_judge() -> None:
    chunk = b"x" * 100_000
    app = house(keys=("sesame",))
    answer = await knock(app, "POST", "/threads", headers=[("transfer-encoding", "chunked")], body=[chunk] * 20)
    assert (answer.status, answer.body) == (200, b"2000000")


async def test_an_address_or_headers_too_large_are_refused() -> None:
    assert (await knock(house(), query=b"x" * 8_001)).status == 414
    assert (await knock(house(), path="/campaigns/" + "x" * 8_000)).status == 414
    assert (await knock(house(), headers=[("cookie", "x" * 32_001)])).status == 431
    assert (await knock(house(), headers=[(f"x-{number}", "") for number in range(100)])).status == 431


@pytest.mark.parametrize(
    ("path", "query"), [("/campaigns/\0", b""), ("/campaigns", b"after=%00"), ("/campaigns", b"\0")]
)
async def test_a_nul_in_the_address_is_refused(path: str, query: bytes) -> None:
    answer = await knock(house(), path=path, query=query)
    assert (answer.status, answer.problem["field"]) == (422, "address")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a": NaN}', "is not JSON"),
        (b'{"a": Infinity}', "is not JSON"),
        (b'{"a": 1e999}', "is not JSON"),
        (b'{"a": "\\ud800"}', "is not JSON"),
        (b'{"a": "\\udc00\\ud800"}', "is not JSON"),
        (b'{"a": "\xff"}', "is not JSON"),
        (b'{"a": "\x00"}', "is not JSON"),
        (b'{"a"', "is not JSON"),
        (b'{"a": {"b": [1, "x\\u0000"]}}', "a.b.1: holds a NUL"),
        (b'{"a\\u0000": 1}', "body: holds a NUL"),
        (b'"\\\\\\u0000"', "body: holds a NUL"),
        (b'{"a": [1, 9223372036854775808]}', "more than 64 bits"),
        (b'{"a": -9223372036854775809}', "more than 64 bits"),
        (b"9" * 5000, "is not JSON"),
        (b"[" * 65 + b"]" * 65, "more than 64 levels"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "more than 64 levels"),
        (b"[" * 100_000 + b"]" * 100_000, "more than 64 levels"),
        (b"[" * 500_000, "more than 64 levels"),
        (b'{"budget": 1, "budget": 2000}', "names 'budget' more than once"),
        (b'{"a": [{"b": {"c": 1, "\\u0063": 1}}]}', "names 'c' more than once"),
    ],
)
async def test_what_no_database_or_parser_can_hold_is_refused(body: bytes, said: str) -> None:
    for kind in ([JSON], []):  # what is not said to be anything is read as JSON
        answer = await knock(house(), "POST", headers=[*kind, ("content-length", str(len(body)))], body=[body])
        assert answer.status == 422
        assert said in answer.problem["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 64 + b"]" * 64,
        b"[" + b"[]," * 1000 + b"[]]",
        b'{"a": "' + b"[{" * 500 + b'"}',
        b'{"a": "\\" [[[ \\\\"}',
        b'"\\\\u0000"',
        b'{"a": "99999999999999999999", "b": 9223372036854775807, "c": -9223372036854775808}',
        b"[0.12345678901234567890123, 1e300, 12345678901234567890.5, 12345678901234567890e2]",
        b'"\\ud83d\\ude00"',
        b'[{"a": 1}, {"a": {"a": "a"}}]',
        "\N{GRINNING FACE}".join('""').encode(),
    ],
)
def test_what_only_looks_deep_or_odd_is_let_through(body: bytes) -> None:
    check_json(body)


def inside(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3)


@given(st.recursive(st.none() | st.text(max_size=5), inside, max_leaves=40))
def test_nul_is_refused_wherever_it_stands_and_nothing_else_is(value: object) -> None:
    body = orjson.dumps(value)
    if b"\\u0000" in body.replace(b"\\\\", b""):
        with pytest.raises(BadInput, match="NUL"):
            check_json(body)
    else:
        check_json(body)
