"""What a client hears when something is wrong: RFC 9457, in its language, with a pointer to the field."""

from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from brama.kernel.answers import locale_of, pointer_of

SOME_ID = "018f0000-0000-7000-8000-000000000000"


async def _errors(client: httpx.AsyncClient, body: Any, path: str = "plain") -> list[tuple[str, str]]:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    answer = await client.post(path, content=content, headers={"Accept-Language": "en"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/validation_failed"
    return [(error["pointer"], error["detail"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({}, "/name", "This field is required."),
        ({"name": "x", "colour": "red"}, "/colour", "There is no such field."),
        ({"name": 7}, "/name", "This must be text."),
        ({"name": ""}, "/name", "The length must be ≥ 1."),
        ({"name": "x" * 21}, "/name", "The length must be ≤ 20."),
        ({"name": "x", "sizes": [{"height": 5}, {"height": 101}]}, "/sizes/1/height",
         "Out of bounds: must be ≤ 100."),
        ({"name": "x", "sizes": [{"height": 0}]}, "/sizes/0/height", "Out of bounds: must be ≥ 1."),
        ({"name": "x", "sizes": [{}]}, "/sizes/0/height", "This field is required."),
        ({"name": "x", "sizes": [{"height": 5, "depth": 1}]}, "/sizes/0/depth", "There is no such field."),
        ({"name": "x", "data": {"height": "5"}}, "/data/height", "This must be a whole number."),
        ({"name": "x", "owner": "nobody"}, "/owner", "This value is not possible here."),
        ([], "", "This must be an object."),
        (None, "", "This must be an object."),
        (b"", "", "This field is required."),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_pointed_at(
    client: httpx.AsyncClient, body: Any, pointer: str, words: str
) -> None:
    assert await _errors(client, body) == [(pointer, words)]


@pytest.mark.parametrize(
    "size",
    [
        {"height": "5"},
        {"height": 5.5},
        {"height": True},
        {"height": None},
        {"height": 5, "is_tall": "true"},
        {"height": 5, "is_tall": 1},
        {"height": 5, "ratio": "1.5"},
    ],
    ids=str,
)
async def test_a_body_is_read_strictly(client: httpx.AsyncClient, size: dict[str, Any]) -> None:
    """Nothing is guessed in JSON: text is no number, a number is no truth."""
    [(pointer, _)] = await _errors(client, {"name": "x", "sizes": [size]})
    assert pointer == f"/sizes/0/{list(size)[-1]}"
    [(pointer, _)] = await _errors(client, [size], "many")
    assert pointer == f"/0/{list(size)[-1]}"


async def test_a_right_body_is_understood_and_may_be_absent_where_it_is_optional(
    client: httpx.AsyncClient,
) -> None:
    body = {"name": "Лампа", "sizes": [{"height": 5, "is_tall": True, "ratio": 2}], "owner": SOME_ID}
    answer = await client.post("plain", json=body)
    assert answer.json() == {
        "name": "Лампа", "owner": SOME_ID, "data": None,
        "sizes": [{"height": 5, "is_tall": True, "ratio": 2.0}],
    }  # fmt: skip
    assert (await client.post("optional")).json() == {"given": False}
    assert (await client.post("optional", json={"height": 5})).json() == {"given": True}


async def test_a_parameter_is_text_by_nature_and_converted(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"things?limit=5&id={SOME_ID}&is_open=true", headers={"X-Number": "12"})
    assert answer.json() == {"items": [5, SOME_ID, True, 12], "next": None}


@pytest.mark.parametrize(
    ("path", "headers", "pointer", "words"),
    [
        ("things?limit=many", {}, "/query/limit", "This must be a whole number."),
        ("things?limit=9", {}, "/query/limit", "Out of bounds: must be ≤ 5."),
        ("things?id=7", {}, "/query/id", "This value is not possible here."),
        ("things?is_open=perhaps", {}, "/query/is_open", "This must be true or false."),
        ("things", {"X-Number": "many"}, "/header/X-Number", "This must be a whole number or empty."),
        ("needs", {"X-Token": "t"}, "/query/q", "This field is required."),
        ("needs?q=word", {}, "/header/X-Token", "This field is required."),
        ("needs?q=x", {"X-Token": "t"}, "/query/q", "The length must be ≥ 2."),
    ],
)
async def test_a_wrong_parameter_is_pointed_at_by_the_name_that_clients_use(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], pointer: str, words: str
) -> None:
    answer = await client.get(path, headers={**headers, "Accept-Language": "en"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": words}]


@pytest.mark.parametrize("body", [b"{", b"name=x", b"\xff\xfe", b'{"name": "x"} more', b'{"name": NaN}'])
async def test_what_is_no_json_is_said_to_be_none(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("plain", content=body)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/body_unreadable")


@pytest.mark.parametrize(
    ("path", "body"), [("things", {"name": "null\0byte"}), ("numbers/99999999999999999999", None)]
)
async def test_what_no_column_can_hold_is_a_clear_refusal(
    client: httpx.AsyncClient, path: str, body: dict[str, Any] | None
) -> None:
    if body is None:
        answer = await client.get(path)
    else:
        answer = await client.post(path, json=body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation_failed")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nowhere", 404, "not_found"),
        ("DELETE", "plain", 405, "method_not_allowed"),
        ("GET", "mine", 401, "unauthenticated"),
        ("GET", "busy", 429, "too_many_requests"),
        ("GET", "away", 503, "unavailable"),
    ],
)
async def test_every_refusal_is_a_problem_with_its_chain(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path, headers={"X-Correlation-Id": "chain-1"})
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"] == "chain-1"
    assert answer.json()["status"] == status
    assert answer.headers["cache-control"] == "no-store"


async def test_who_comes_too_often_is_told_when_to_come_again(client: httpx.AsyncClient) -> None:
    busy = await client.get("busy", headers={"Accept-Language": "en"})
    assert busy.headers["retry-after"] == "17"
    assert busy.json()["retry_after_s"] == 17
    assert "17 s" in busy.json()["detail"]
    assert int((await client.get("away")).headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("wish", "locale", "title"),
    [
        ("", "uk", "Увійдіть"),
        ("en", "en", "Sign in"),
        ("en-GB,en;q=0.9,uk;q=0.8", "en", "Sign in"),
        ("de, uk;q=0.5, en;q=0.4", "uk", "Увійдіть"),
        ("fr", "uk", "Увійдіть"),
        ("en;q=nonsense", "uk", "Увійдіть"),
    ],
)
async def test_a_problem_speaks_the_readers_language(
    client: httpx.AsyncClient, wish: str, locale: str, title: str
) -> None:
    answer = await client.get("mine", headers={"Accept-Language": wish})
    assert (answer.headers["content-language"], answer.json()["title"]) == (locale, title)


async def test_an_accident_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.post("things", json={"name": "breaks"}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal_error")
    assert "secret" not in answer.text
    assert "Runtime" not in answer.text


async def test_a_body_beyond_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    huge = b'{"name": "' + b"x" * (12 * 1024 * 1024) + b'"}'
    for path in ("plain", "things"):
        answer = await client.post(path, content=huge, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body_too_large")


async def test_a_version_is_read_from_if_match(client: httpx.AsyncClient) -> None:
    assert (await client.patch("things/x")).json() == {"version": None}
    assert (await client.patch("things/x", headers={"If-Match": '"3"'})).json() == {"version": 3}
    compressed = await client.patch("things/x", headers={"If-Match": '"3-gzip"'})
    assert compressed.json() == {"version": 3}
    conflict = await client.patch("things/x", headers={"If-Match": '"7"'})
    assert (conflict.status_code, conflict.json()["current"]) == (412, 8)
    wrong = await client.patch("things/x", headers={"If-Match": "yesterday"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/header/If-Match")
    assert "yesterday" not in wrong.json()["errors"][0]["detail"]


async def test_a_request_without_a_chain_begins_one(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("things")).headers["x-correlation-id"] for _ in range(2)]
    assert UUID(first) != UUID(second)


def test_pointers_follow_the_path_that_the_reader_names() -> None:
    assert pointer_of("$") == ""
    assert pointer_of("$.lines[0].quantity") == "/lines/0/quantity"
    assert pointer_of("$[3]") == "/3"


@pytest.mark.parametrize(("header", "locale"), [("uk", "uk"), ("EN", "en"), ("*", "uk"), ("en;q=0", "uk")])
def test_a_language_is_chosen_by_its_weight(header: str, locale: str) -> None:
    assert locale_of(header) == locale
