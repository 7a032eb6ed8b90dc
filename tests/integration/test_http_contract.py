"""Every route keeps the habits of the house: what it does not take it refuses, as a problem that the document names."""

import re
from typing import NamedTuple

import httpx
import pytest

from tests.conftest import CommandLine, Json
from tests.integration.documented import Operation, document, operations, operations_at
from tests.integration.serving import Server, serving

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOBODY = "01890000-0000-7000-8000-000000000000"


class Route(NamedTuple):
    method: str
    path: str
    operation: Operation

    @property
    def address(self) -> str:
        """The route's path with an id that nothing has."""
        return re.sub(r"\{\w+\}", NOBODY, self.path)

    @property
    def parameters(self) -> list[str]:
        return [one["name"] for one in self.operation.get("parameters", []) if one["in"] == "query"]

    @property
    def keys(self) -> list[str]:
        """Of what it is sent: keys long enough to be misspelt. What is not there at all is 404 before it is read."""
        if "{" in self.path:
            return []
        content = self.operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        form = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        fields = document()["components"]["schemas"][form]["properties"] if form else {}
        return [name for name in fields if len(name) > 3]

    @property
    def words(self) -> list[str]:
        """Parameters long enough to be misspelt."""
        return [name for name in self.parameters if len(name) > 2]


ROUTES = [Route(*one) for one in operations()]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def problem_of(answer: httpx.Response) -> Json:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: Json = answer.json()
    assert problem["status"] == answer.status_code
    return problem


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_a_query_parameter_it_does_not_take_is_refused_by_name(server: Server, route: Route) -> None:
    with server.http() as http:
        answer = http.request(route.method, route.address, params={"colour": "red"})
    problem = problem_of(answer)
    assert (answer.status_code, problem["field"]) == (422, "colour")
    for name in route.parameters:
        assert name in problem["remedy"]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.words], ids=named)
def test_a_misspelt_query_parameter_is_told_what_was_meant(server: Server, route: Route) -> None:
    with server.http() as http:
        for name in route.words:
            misspelt = name[0] + name[2] + name[1] + name[3:]
            answer = http.request(route.method, route.address, params={misspelt: "1"})
            assert answer.status_code == 422
            assert f"did you mean {name!r}?" in problem_of(answer)["detail"]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.keys], ids=named)
def test_a_misspelt_key_of_what_it_is_sent_is_told_what_was_meant(server: Server, route: Route) -> None:
    with server.http() as http:
        for name in route.keys:
            misspelt = f"{name[:-1]}{name[-1] * 2}"
            answer = http.request(route.method, route.address, json={misspelt: "1"})
            problem = problem_of(answer)
            assert (answer.status_code, problem["detail"]) == (422, f"there is no field {misspelt!r}")
            assert f"did you mean {name!r}?" in problem["remedy"]


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_a_method_it_does_not_take_is_refused_with_those_it_does(server: Server, path: str) -> None:
    address = re.sub(r"\{\w+\}", NOBODY, path)
    taken = set(operations_at(address))
    with server.http() as http:
        for method in set(METHODS) - taken:
            answer = http.request(method, address)
            assert answer.status_code == 405
            assert method in problem_of(answer)["detail"]
            assert set(answer.headers["allow"].split(", ")) == taken


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_its_document_names_its_problems(route: Route) -> None:
    answers = route.operation["responses"]
    expected = {"405", "422", "500", "503"}
    if route.path != "/health":
        expected |= {"401"} if route.method == "GET" else {"401", "403"}
    if "{" in route.path:
        expected |= {"404"}
    assert expected <= answers.keys()
    problems = document()["components"]["responses"]
    for status, answer in answers.items():
        if status >= "400":
            problem = problems[answer["$ref"].removeprefix("#/components/responses/")]
            schema = {"$ref": "#/components/schemas/Problem"}
            assert problem["content"] == {"application/problem+json": {"schema": schema}}


NAMED_BY_THE_CALLER = ("PUT /prompts/{name}", "PUT /data/folders/{folder}/files/{file}")
"""What it has no entry for is made by it."""


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "{" in route.path and named(route) not in NAMED_BY_THE_CALLER], ids=named
)
def test_an_id_that_nothing_has_is_a_problem_of_status_404(server: Server, route: Route) -> None:
    body: Json | None = {"answer": {}} if "requestBody" in route.operation else None
    with server.http() as http:
        answer = http.request(route.method, route.address, json=body)
    assert answer.status_code == 404
    assert problem_of(answer)["remedy"]


def test_a_campaigns_history_is_read_page_by_page_and_takes_no_cursor_of_another_list(
    tescosense: CommandLine,
) -> None:
    campaign = tescosense("run", "heavy-rain", "--json").summary["campaign_id"]
    address = f"/campaigns/{campaign}/history"
    with serving(tescosense.data_dir) as server, server.http() as http:
        whole = http.get(address).json()["items"]
        first = http.get(f"{address}?limit=2").json()
        second = http.get(f"{address}?limit=2&after={first['next']}").json()
        assert [*first["items"], *second["items"]] == whole[:4]
        foreign = http.get("/campaigns", params={"after": first["next"]})
        unknown = http.get(address, params={"after": whole[0]["checkpoint_id"]})
    for refused in (foreign, unknown):
        problem = problem_of(refused)
        assert (refused.status_code, problem["field"]) == (422, "after")
        assert "is not one of ours" in problem["detail"]
