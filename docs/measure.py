"""What a purchase and a publication take on a running demo: `.venv/bin/python docs/measure.py [.brama] [40]`.

Buys and publishes through the public API, one after another, and so changes the demo's figures.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx

DATA = Path(sys.argv[1] if len(sys.argv) > 1 else ".brama")
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 40
demo: dict[str, Any] = json.loads((DATA / "demo.json").read_text("utf-8"))
web = httpx.Client(base_url=demo["base_url"], timeout=30)
took: dict[str, list[float]] = {}


def post(path: str, body: Any = None, **headers: str) -> Any:
    """Create something once."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = web.post(f"/api/{path}", json=body, headers={**key, **headers})
    answer.raise_for_status()
    return answer.json()


def get(path: str, **headers: str) -> Any:
    """Read something."""
    return web.get(f"/api/{path}", headers=headers).raise_for_status().json()


def until(look: Callable[[], Any]) -> None:
    """Look every 5 ms until something is there; give up after 30 s."""
    began = time.perf_counter()
    while not look():
        if time.perf_counter() - began > 30:
            raise SystemExit("it did not come within 30 s")
        time.sleep(0.005)


def note(name: str, since: float) -> None:
    """Keep what has passed."""
    took.setdefault(name, []).append((time.perf_counter() - since) * 1000)


def buy() -> None:
    """Two tickets, from the hold to e-mail and receipt."""
    night = demo["event"]
    buyer = {"name": "Міра Вимірко", "email": f"{uuid.uuid4()}@example.com", "locale": "uk"}
    lines = [{"ticket_type_id": night["ticket_types"][1]["id"], "quantity": 2}]
    at = time.perf_counter()
    hold = post("sales/v1/holds", {"event_id": night["id"], "lines": lines})
    note("hold", at)
    at = time.perf_counter()
    order = post("sales/v1/orders", {"hold_id": hold["id"], "hold_token": hold["token"], "buyer": buyer})
    note("order", at)
    code, token = order["code"], order["token"]
    asked = {"order_code": code, "order_token": token, "provider": "monobank"}
    at = time.perf_counter()
    payment = post("payments/v1/payments", asked)
    note("payment opened, one call to the bank", at)
    paid = time.perf_counter()
    bank, inbox = f"{demo['payments_simulator_url']}/control/pay", f"{demo['mail_url']}/messages"
    httpx.post(bank, json={"payment_id": payment["id"]}).raise_for_status()
    until(lambda: len(get(f"ticketing/v1/orders/{code}/tickets", **{"X-Order-Token": token})["items"]) == 2)
    note("paid at the bank → tickets in the API", paid)
    letters = {"to": buyer["email"]}
    until(lambda: any(one["attachments"] for one in httpx.get(inbox, params=letters).json()["items"]))
    note("paid at the bank → e-mail with PDF at the server", paid)
    until(lambda: get(f"sales/v1/orders/{code}", **{"X-Order-Token": token})["receipts"])
    note("paid at the bank → receipt's link in the order", paid)


def publish(bearer: dict[str, str]) -> None:
    """A copy of the demo's night, from the request to the page."""
    copied = "organiser_id title description doors_at starts_at ends_at time_zone currency age_limit"
    night = get(f"catalogue/v1/events/{demo['event']['id']}", **bearer)
    slug = f"measured-{uuid.uuid4().hex[:8]}"
    body = {**{name: night[name] for name in copied.split()}, "venue_id": demo["venue_id"], "slug": slug}
    draft = post("catalogue/v1/events", body, **bearer)
    kind = {"name": {"uk": "Квиток", "en": "Ticket"}, "quantity": 10}
    price = {"minor": 10000, "currency": night["currency"]}
    post(f"catalogue/v1/events/{draft['id']}/ticket_types", {**kind, "price": price}, **bearer)
    at = time.perf_counter()
    post(f"catalogue/v1/events/{draft['id']}/publish", **bearer)
    until(lambda: web.get(f"/{slug}").status_code == 200)
    note("publish → the page is a file", at)


for _ in range(TIMES):
    buy()
access = post("identity/v1/sessions", demo["staff"]["manager"])["access_token"]
for _ in range(TIMES // 2):
    publish({"Authorization": f"Bearer {access}"})
for name, values in took.items():
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"{name:<50} median {median(ordered):6.0f} ms   p95 {p95:6.0f} ms   n {len(ordered)}")
