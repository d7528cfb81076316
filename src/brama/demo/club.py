"""The club itself: organiser, staff, bank, registrar, venue, nights, tills."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx

from brama.demo.api import Api, until
from brama.demo.people import OWNER, STAFF, Colleague
from brama.kernel.ids import new_code

_TOKEN = re.compile(r"invitation#([A-Za-z0-9_\-.=]+)")
REGISTERS = (("Каса сайту", "DEMO-ONLINE", "1111", "online"), ("Каса на вході", "DEMO-DOOR", "2222", "door"))
CURRENCY = "UAH"


class Kind(NamedTuple):
    """A ticket type of a demo night."""

    uk: str
    en: str
    price: int
    quantity: int


KINDS = (
    Kind("Рання пташка", "Early bird", 300_00, 100),
    Kind("Друга хвиля", "Second wave", 400_00, 600),
    Kind("Пільговий", "Concession", 200_00, 100),
)


def _password() -> str:
    return f"tysha-{new_code(4)}-{secrets.randbelow(9000) + 1000}".lower()


async def found_club(api: Api, setup_code: str) -> dict[str, Any]:
    """Make the organiser with its owner; answers its id and the owner's sign-in."""
    password = _password()
    made = await api.post(
        "identity/v1/setup",
        {
            "setup_code": setup_code,
            "organiser": {
                "slug": "tysha", "name": {"uk": "Тиша", "en": "Tysha"}, "mark": "ТИША",
                "legal_name": "ТОВ «Тиша»", "tax_id": "00000000", "contact_email": "hello@tysha.example.com",
                "address": {"uk": "вул. Вигадана, 4, Київ", "en": "4 Vyhadana St, Kyiv"}, "is_fiscalised": True,
            },
            "owner": {"name": OWNER.name, "email": OWNER.email, "password": password, "locale": "uk"},
        },
    )  # fmt: skip
    return {
        "organiser": {"id": made["organiser"]["id"], "slug": "tysha"},
        "staff": {"owner": {"email": OWNER.email, "password": password}},
    }


async def invite_staff(owner: Api, public: Api, mail: httpx.AsyncClient, organiser_id: str) -> dict[str, Any]:
    """Invite everybody by e-mail; each opens the letter and chooses a password."""
    staff = {}
    for colleague in STAFF:
        await owner.post(
            "identity/v1/invitations",
            {
                "organiser_id": organiser_id, "name": colleague.name, "email": colleague.email,
                "role": colleague.role, "locale": "uk",
            },
        )  # fmt: skip
    for colleague in STAFF:
        token = await until(f"the invitation of {colleague.role}", lambda who=colleague: _token(mail, who))  # type: ignore[misc]
        password = _password()
        await public.post("identity/v1/invitations/accept", {"token": token, "password": password})
        staff[str(colleague.role)] = {"email": colleague.email, "password": password}
    return staff


async def _token(mail: httpx.AsyncClient, colleague: Colleague) -> str | None:
    answer = await mail.get("/messages", params={"to": colleague.email})
    for message in answer.json()["items"]:
        if found := _TOKEN.search(message["text"]):
            return found[1]
    return None


async def connect_bank(owner: Api, organiser_id: str) -> None:
    """A merchant account at the bank's simulator."""
    account = {
        "organiser_id": organiser_id,
        "provider": "monobank",
        "token": "demo-token",
        "name": "monobank",
    }
    await owner.post("payments/v1/merchant_accounts", account)


async def connect_registrar(owner: Api, registrar: httpx.AsyncClient, organiser_id: str) -> None:
    """A register for the shop and one for the door at the registrar's simulator."""
    for name, license_key, pin_code, purpose in REGISTERS:
        (await registrar.post(
            "/control/registers", json={"license_key": license_key, "pin_code": pin_code}
        )).raise_for_status()  # fmt: skip
        register = {
            "organiser_id": organiser_id, "name": name, "provider": "checkbox", "license_key": license_key,
            "pin_code": pin_code, "purpose": purpose,
        }  # fmt: skip
        await owner.post("fiscal/v1/registers", register)


async def make_venue(manager: Api, organiser_id: str) -> str:
    """Where it all happens; answers its id."""
    venue = {
        "organiser_id": organiser_id, "name": {"uk": "Тиша", "en": "Tysha"},
        "address": {"uk": "вул. Вигадана, 4, Київ", "en": "4 Vyhadana St, Kyiv"}, "time_zone": "Europe/Kyiv",
    }  # fmt: skip
    return str((await manager.post("catalogue/v1/venues", venue))["id"])


async def make_night(
    manager: Api, organiser_id: str, venue_id: str, *, slug: str, title: dict[str, str],
    description: dict[str, str], doors_at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """An event with three ticket types and two gates, published; answers what scripts need of it."""
    event = await manager.post(
        "catalogue/v1/events",
        {
            "organiser_id": organiser_id, "slug": slug, "title": title, "description": description,
            "venue_id": venue_id, "doors_at": doors_at.isoformat(), "starts_at": doors_at.isoformat(),
            "ends_at": (doors_at + timedelta(hours=9)).isoformat(), "time_zone": "Europe/Kyiv",
            "currency": CURRENCY, "age_limit": 21,
        },
    )  # fmt: skip
    path = f"catalogue/v1/events/{event['id']}"
    for kind in KINDS:
        await manager.post(
            f"{path}/ticket_types",
            {
                "name": {"uk": kind.uk, "en": kind.en}, "quantity": kind.quantity,
                "price": {"minor": kind.price, "currency": CURRENCY},
            },
        )  # fmt: skip
    for gate in ("Північ", "Південь"):
        await manager.post(f"{path}/gates", {"name": gate})
    await manager.post(f"{path}/publish")
    return _brief(await manager.get(path))


def _brief(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": event["id"],
        "slug": event["slug"],
        "ends_at": event["ends_at"],
        "ticket_types": [
            {"id": kind["id"], "name": kind["name"], "price": kind["price"], "quantity": kind["quantity"]}
            for kind in event["ticket_types"]
        ],
        "check_in_lists": [{"id": each["id"]} for each in event["check_in_lists"]],
        "gates": [{"id": gate["id"], "name": gate["name"]} for gate in event["gates"]],
    }


async def open_tills(box_office: Api, event_id: str) -> list[dict[str, str]]:
    """Two tills at the door, each with change in it."""
    tills = []
    for name in ("Каса 1", "Каса 2"):
        till = await _open_till(box_office, event_id, name)
        tills.append({"id": till["id"], "name": name})
    return tills


async def _open_till(box_office: Api, event_id: str, name: str) -> Any:
    body = {"event_id": event_id, "name": name, "float": {"minor": 1_000_00, "currency": CURRENCY}}
    return await box_office.post("sales/v1/tills", body)


def now_by_the_hour() -> datetime:
    """The present hour's beginning."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
