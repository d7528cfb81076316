"""The API's description: one valid document with every route in it, and a page that people can read."""

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from brama.embedded.api_document import api_document
from brama.embedded.caddy import Caddy
from brama.embedded.installation import built_services
from brama.embedded.ports import free_port
from brama.embedded.reference import page, write_reference
from brama.kernel.idempotency import CREATES
from brama.kernel.openapi import merged
from tests.architecture.parts import handlers_of

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return api_document()


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from _nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from _nodes(part)


def test_the_document_has_the_parts_that_openapi_requires(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= document["info"].keys()
    assert document["servers"] == [{"url": "/"}]
    tags = [tag["name"] for tag in document["tags"]]
    assert tags == built_services()
    for method, path, operation in _operations(document):
        assert method in METHODS, f"{method} {path}"
        assert path.startswith(f"/api/{operation['tags'][0]}/v1/")
        assert set(operation["tags"]) <= set(tags)
        assert operation["responses"], path
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d|default", status)
            assert answer["description"]


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: dict[str, Any]) -> None:
    used = {node["$ref"] for node in _nodes(document) if isinstance(node.get("$ref"), str)}
    assert used
    for reference in used:
        kind, name = reference.removeprefix("#/components/").split("/")
        assert name in document["components"][kind], reference
    there = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert there == used


def test_every_route_of_every_service_is_described(document: dict[str, Any]) -> None:
    routes = {
        (method.lower(), re.sub(r"\{(\w+):\w+\}", r"{\1}", path))
        for name in built_services()
        for method, path, handler in handlers_of(name)
        if handler.include_in_schema is not False
    }
    assert routes == {(method, path) for method, path, _ in _operations(document)}


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))


def test_what_stands_in_a_path_is_declared(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path)), f"{method} {path}"
        keys = [(p["in"], p["name"]) for p in operation.get("parameters", [])]
        assert len(keys) == len(set(keys)), f"{method} {path}"


def test_who_may_call_and_what_proves_it_is_said(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"
    assert schemes["order_token"]["name"] == "X-Order-Token"
    assert schemes["hold_token"]["name"] == "X-Hold-Token"
    for method, path, operation in _operations(document):
        for way in operation["security"]:
            assert way.keys() <= schemes.keys(), f"{method} {path}"
    paths = document["paths"]
    assert paths["/api/sales/v1/orders/{code}"]["get"]["security"] == [{"order_token": []}]
    assert paths["/api/sales/v1/holds/{hold_id}"]["get"]["security"] == [{"hold_token": []}]
    assert paths["/api/sales/v1/holds"]["post"]["security"] == []
    assert {"order_token": []} in paths["/api/ticketing/v1/orders/{code}/tickets"]["get"]["security"]
    invite = paths["/api/identity/v1/devices"]["post"]
    assert invite["security"] == [{"bearer": []}]
    assert "owner" in invite["x-roles"]


def test_what_creates_shows_its_key(document: dict[str, Any]) -> None:
    for name in built_services():
        for method, path, handler in handlers_of(name):
            operation = document["paths"][re.sub(r"\{(\w+):\w+\}", r"{\1}", path)][method.lower()]
            headers = {p["name"] for p in operation.get("parameters", [])}
            assert ("Idempotency-Key" in headers) == (handler.opt.get(CREATES) is not None), path


def test_two_services_with_one_path_are_refused_and_with_one_word_are_not() -> None:
    answer = {"200": {"description": "ok", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Thing"}}}}}  # fmt: skip

    def one(path: str, kind: str) -> dict[str, Any]:
        return {"paths": {path: {"get": {"operationId": "Show", "responses": answer}}},
                "components": {"schemas": {"Thing": {"type": kind}}}}  # fmt: skip

    whole = merged({"a": one("/a", "string"), "b": one("/b", "integer")}, version="1", abouts={})
    for name, kind in (("a", "string"), ("b", "integer")):
        operation = whole["paths"][f"/{name}"]["get"]
        reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert reference == f"#/components/schemas/{name}.Thing"
        assert whole["components"]["schemas"][f"{name}.Thing"] == {"type": kind}
        assert operation["operationId"] == f"{name}.Show"
    with pytest.raises(ValueError, match="two services answer at /a"):
        merged({"a": one("/a", "string"), "b": one("/a", "string")}, version="1", abouts={})


class _Seen(HTMLParser):
    """What a strict policy would refuse, and what the page names."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (tag == "script" and "src" not in given) or tag == "style":
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.addresses += [value for name, value in attrs if name in ("src", "href") and value]
        self.ids += [value for name, value in attrs if name == "id" and value]


def test_the_page_is_whole_without_a_script_and_bears_a_strict_policy(document: dict[str, Any]) -> None:
    html = page(document)
    seen = _Seen()
    seen.feed(html)
    assert not seen.inline
    assert all(address.startswith(("/", "#")) for address in seen.addresses)
    assert len(seen.ids) == len(set(seen.ids))
    for method, path, operation in _operations(document):
        assert f'data-method="{method.upper()}"' in html
        assert f">{path}</span>" in html
        assert operation["summary"].replace("'", "&#39;") in html


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> Iterator[str]:
    """The page behind the real edge, with its safety headers."""
    folder = tmp_path_factory.mktemp("reference")
    write_reference(document, folder / "site")
    (folder / "media").mkdir()
    caddy = Caddy(folder / "caddy", free_port(), folder / "site", folder / "media", {"sales": free_port()},
                  folder / "log", None, ())  # fmt: skip
    process = caddy.start()
    deadline = time.monotonic() + 10
    while not caddy.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield caddy.origin
    process.terminate()
    process.wait(5)


def test_the_edge_serves_document_and_page(site: str, document: dict[str, Any]) -> None:
    with httpx.Client(base_url=site, follow_redirects=True, trust_env=False) as client:
        given = client.get("/api/openapi.json")
        assert given.json() == document
        assert given.headers["content-type"].startswith("application/json")
        for path in ("/api", "/api/"):
            shown = client.get(path)
            assert shown.status_code == 200
            assert shown.headers["content-type"].startswith("text/html")
            assert "script-src 'self'" in shown.headers["content-security-policy"]
        missing = client.get("/api/nothing")
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not_found")


@pytest.fixture(scope="module")
def browser_page(site: str) -> Iterator[Page]:
    chromium = next((p for p in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(p).exists()), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        opened = browser.new_page(base_url=site)
        yield opened
        browser.close()


def test_a_reader_finds_an_operation_by_a_word(browser_page: Page) -> None:
    complaints: list[str] = []
    browser_page.on("console", lambda message: complaints.append(message.text))
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    browser_page.goto("/api")
    everything = browser_page.locator("details:visible").count()
    browser_page.get_by_label("Find").fill("tickets.pdf")
    assert browser_page.locator("details:visible").count() == 1
    assert browser_page.locator("section:visible h2").inner_text() == "ticketing"
    browser_page.get_by_label("Find").fill("no such words")
    assert browser_page.get_by_text("Nothing is called that").is_visible()
    browser_page.get_by_label("Find").fill("")
    assert browser_page.locator("details:visible").count() == everything
    browser_page.goto("/api#post-api-sales-v1-holds")
    browser_page.reload()
    assert browser_page.locator("#post-api-sales-v1-holds pre").first.is_visible()
    assert not [words for words in complaints if "favicon" not in words and "404" not in words]
