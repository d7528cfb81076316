"""The public edge: pages, apps, caching, safety headers, services that are away."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from brama.embedded.caddy import Caddy, CaddyfileInvalid, Lan, inline_script_hashes
from brama.embedded.ports import LOOPBACK, free_port
from brama.embedded.site import install_web_builds
from brama.embedded.supervisor import Forked


@dataclass
class Edge:
    """A running Caddy; `sales` answers with the headers that it got, `payments` is away."""

    client: httpx.Client
    caddy: Caddy


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    caddy = _caddy(folder)
    _fill(caddy)
    echo = Forked(
        lambda: uvicorn.run(_echo, port=caddy.services["sales"], log_level="error"), folder / "echo.log"
    )
    process = caddy.start()
    deadline = time.monotonic() + 10
    while not caddy.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with httpx.Client(base_url=caddy.origin) as client:
        yield Edge(client, caddy)
    process.terminate()
    process.wait(5)
    echo.send_signal(9)
    while echo.poll() is None:
        time.sleep(0.01)


def _caddy(folder: Path, lan: Lan | None = None) -> Caddy:
    services = {"sales": free_port(), "payments": free_port()}
    return Caddy(
        folder / "caddy",
        free_port(),
        folder / "site",
        folder / "media",
        services,
        folder / "log",
        lan,
        (free_port(),),
    )


def _fill(caddy: Caddy) -> None:
    pages = {
        "night.html": "<p>Ніч</p>" + " " * 600,
        "en/night.html": "<p>Night</p>",
        "legal/index.html": "<p>Умови</p>",
        "orders.html": "<p>Замовлення</p>",
        "en/tickets.html": "<p>Tickets</p>",
        "404.html": "<p>Такої сторінки немає</p>",
        "admin/index.html": "<script>start()</script>",
        "admin/service-worker.js": "1",
        "admin/_app/immutable/a1.js": "2",
        "assets/shop-a1.js": "3",
        "assets/shop/ticket-worker.js": "4",
        "data/events/night.json": "{}",
        "data/events/night/availability.json": "{}",
        ".secret": "no",
    }
    for path, text in pages.items():
        file = caddy.site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


async def _echo(scope: dict[str, object], receive: object, send: object) -> None:
    headers = scope.get("headers", [])
    assert isinstance(headers, list)
    assert callable(send)
    assert callable(receive)
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        said = json.dumps({name.decode(): value.decode() for name, value in headers}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"secret")]})
        await send({"type": "http.response.body", "body": said})


@pytest.mark.parametrize(("path", "text"), [("/night", "Ніч"), ("/en/night", "Night"), ("/legal", "Умови")])
def test_a_page_has_a_clean_address(edge: Edge, path: str, text: str) -> None:
    answer = edge.client.get(path)
    assert answer.status_code == 200
    assert text in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert edge.client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "text"), [("/orders/0007-K2QX-91TD", "Замовлення"), ("/en/tickets/0007-K2QX-91TD", "Tickets")]
)
def test_one_page_serves_every_order_and_one_every_ticket(edge: Edge, path: str, text: str) -> None:
    answer = edge.client.get(path)
    assert answer.status_code == 200
    assert text in answer.text
    assert edge.client.get(f"{path}/more").status_code == 404


def test_the_worker_of_tickets_may_serve_their_pages_and_is_never_old(edge: Edge) -> None:
    headers = edge.client.get("/assets/shop/ticket-worker.js").headers
    assert (headers["service-worker-allowed"], headers["cache-control"]) == ("/", "no-cache")


def test_a_slash_at_the_end_is_led_away(edge: Edge) -> None:
    answer = edge.client.get("/night/")
    assert (answer.status_code, answer.headers["location"]) == (308, "/night")


@pytest.mark.parametrize("path", ["/nothing", "/.secret", "/assets/gone.js", "/metrics"])
def test_what_is_not_there_is_said_with_the_sites_own_page(edge: Edge, path: str) -> None:
    answer = edge.client.get(path)
    assert answer.status_code == 404
    assert "Такої сторінки немає" in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/assets/shop-a1.js", "public, max-age=31536000, immutable"),
        ("/admin/_app/immutable/a1.js", "public, max-age=31536000, immutable"),
        ("/admin/service-worker.js", "no-cache"),
        ("/data/events/night/availability.json", "public, max-age=1"),
        ("/data/events/night.json", "public, max-age=2, must-revalidate"),
    ],
)
def test_each_kind_of_file_is_cached_in_its_own_way(edge: Edge, path: str, caching: str) -> None:
    assert edge.client.get(path).headers["cache-control"] == caching


def test_an_app_answers_all_its_addresses_with_its_page(edge: Edge) -> None:
    answer = edge.client.get("/admin/events/12/orders")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert inline_script_hashes(b"<script>start()</script>")[0] in answer.headers["content-security-policy"]
    assert edge.client.get("/admin/_app/immutable/gone.js").status_code == 404


def test_every_answer_is_safe_and_says_nothing_of_its_servers(edge: Edge) -> None:
    for path in ("/night", "/admin/", "/api/sales/v1/x"):
        headers = edge.client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "camera=(self)" in headers["permissions-policy"]
        assert "server" not in headers
        assert "via" not in headers


def test_a_request_gets_its_correlation_id_at_the_edge(edge: Edge) -> None:
    answer = edge.client.get("/api/sales/v1/x", headers={"X-Correlation-Id": "forged"})
    heard = answer.json()["x-correlation-id"]
    assert len(heard) == 36
    assert answer.headers["x-correlation-id"] == heard


@pytest.mark.parametrize(("language", "title"), [("en", "The service is restarting"), ("uk", "Сервіс саме")])
def test_a_service_that_is_away_is_waited_for_and_then_answered_for(
    edge: Edge, language: str, title: str
) -> None:
    began = time.monotonic()
    answer = edge.client.get("/api/payments/v1/x", headers={"Accept-Language": language}, timeout=10)
    assert 2.5 < time.monotonic() - began < 6
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"].startswith(title)


def test_a_body_over_twelve_megabytes_is_refused(edge: Edge) -> None:
    answer = edge.client.post("/api/sales/v1/x", content=b"x" * 12_100_000)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body_too_large"


def test_another_hosts_name_is_not_ours(edge: Edge) -> None:
    assert edge.client.get("/night", headers={"Host": "evil.example"}).status_code == 421


def test_pages_travel_compressed(edge: Edge) -> None:
    assert (
        edge.client.get("/night", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    )


def test_the_local_network_is_served_over_https_only(tmp_path: Path) -> None:
    caddy = _caddy(tmp_path, Lan("127.0.0.1", LOOPBACK))
    process = caddy.start()
    deadline = time.monotonic() + 10
    while not caddy.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    authority = httpx.get(f"{caddy.origin}/ca.crt", verify=False)
    assert authority.text.startswith("-----BEGIN CERTIFICATE-----")
    led = httpx.get(f"http://127.0.0.1:{caddy.port}/night")
    assert led.headers["location"].startswith("https://")
    process.terminate()
    process.wait(5)


def test_a_configuration_that_caddy_refuses_is_said_in_words(tmp_path: Path) -> None:
    broken = Caddy(
        tmp_path / "caddy", free_port(), tmp_path, tmp_path, {"sales": 1_000_000}, tmp_path / "log"
    )
    with pytest.raises(CaddyfileInvalid, match="1000000"):
        broken.start()


def test_old_assets_stay_when_a_new_build_is_installed(tmp_path: Path) -> None:
    build = tmp_path / "apps" / "shop" / "dist"
    (build / "assets").mkdir(parents=True)
    (build / "assets" / "a1.js").write_text("old")
    (build / "index.html").write_text("for developers")
    assert install_web_builds(tmp_path / "apps", tmp_path / "site") == ["admin", "checkin"]
    (build / "assets" / "a1.js").rename(build / "assets" / "a2.js")
    install_web_builds(tmp_path / "apps", tmp_path / "site")
    found = sorted(path for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert found == [tmp_path / "site" / "assets" / "shop" / "assets" / name for name in ("a1.js", "a2.js")]
