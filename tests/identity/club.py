"""A club with its people, made through the API as anybody would."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.contracts.catalogue import CheckInListSheet, EventChanged, GateSheet, VenueSheet
from brama.contracts.common import LocalText
from brama.contracts.identity import StaffInvited
from brama.contracts.ticketing import TicketKeyPublished
from brama.kernel.ids import new_id
from brama.kernel.keys import public_bytes
from brama.kernel.secrets import to_base64url
from tests.support.app import App

SETUP_CODE = "setup-code-of-the-tests-0123456789"
PASSWORD = "четверо коней на даху"
API = "/api/identity/v1"


@dataclass
class Person:
    """Somebody who is signed in."""

    id: UUID
    email: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


@dataclass
class Club:
    """An organiser with its owner signed in."""

    id: UUID
    owner: Person


async def warm_pool(app: App, connections: int = 4) -> None:
    """Open connections beforehand: requests that are sent at once then really meet at the rows."""
    together = asyncio.Barrier(connections)

    async def hold() -> None:
        async with app.db.reading() as tx:
            await tx.raw.fetchval("select 1")
            await together.wait()

    await asyncio.gather(*(hold() for _ in range(connections)))


def setup_body(slug: str, email: str, /, **organiser: Any) -> dict[str, Any]:
    """What the administrator sends."""
    sheet = {
        "slug": slug, "name": {"uk": "Клуб «Нора»", "en": "Nora Club"}, "mark": "НОРА",
        "legal_name": "ФОП Дем'яненко О. В.", "tax_id": "3012345678", "contact_email": "hello@nora.example",
        "address": {"uk": "Київ, вул. Кирилівська, 41", "en": "41 Kyrylivska St, Kyiv"},
    }  # fmt: skip
    owner = {"name": "Олена Дем'яненко", "email": email, "password": PASSWORD}
    return {"setup_code": SETUP_CODE, "organiser": {**sheet, **organiser}, "owner": owner}


async def a_club(app: App, slug: str = "nora", email: str = "olena@nora.example") -> Club:
    """A new organiser whose owner has signed in."""
    answer = await app.client.post(f"{API}/setup", json=setup_body(slug, email), headers=app.creating())
    assert answer.status_code == 201, answer.text
    return Club(UUID(answer.json()["organiser"]["id"]), await a_person_signed_in(app, email))


async def sign_in(app: App, email: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
    """Try to sign in."""
    body = {"email": email, "password": password, **more}
    return await app.client.post(f"{API}/sessions", json=body)


async def a_person_signed_in(app: App, email: str, **more: Any) -> Person:
    """Somebody who has an account signs in."""
    answer = await sign_in(app, email, **more)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    return Person(UUID(found["staff"]["id"]), email, found["access_token"], found["refresh_token"])


async def an_invitation(app: App, club: Club, role: str, email: str) -> str:
    """The owner invites somebody; gives the link's token."""
    body = {"organiser_id": str(club.id), "name": "Тарас Ґудзь", "email": email, "role": role}
    answer = await app.client.post(f"{API}/invitations", json=body, headers=app.creating(club.owner.headers))
    assert answer.status_code == 201, answer.text
    url = (await app.said(StaffInvited))[-1].invitation_url
    return url.partition("#")[2]


async def a_colleague(app: App, club: Club, role: str, email: str) -> Person:
    """Somebody who was invited, accepted and signed in."""
    token = await an_invitation(app, club, role, email)
    answer = await app.client.post(f"{API}/invitations/accept", json={"token": token, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return await a_person_signed_in(app, email)


def an_event(app: App, organiser_id: UUID, *, number: int = 12, version: int = 1) -> EventChanged:
    """A night at the club with one gate, as the catalogue tells it."""
    now = app.clock.now()
    event_id = new_id()
    return EventChanged(
        aggregate_id=str(event_id), aggregate_version=version, occurred_at=now, organiser_id=organiser_id,
        event_number=number, event_id=event_id, slug=f"night-{number}", state="published",
        title=LocalText("Ніч у Норі", "A Night at Nora"), description=LocalText(""),
        venue=VenueSheet(
            id=new_id(), name=LocalText("Нора"), address=LocalText("Київ"), time_zone="Europe/Kyiv"
        ),
        starts_at=now + timedelta(hours=5), ends_at=now + timedelta(hours=12),
        doors_at=now + timedelta(hours=4), time_zone="Europe/Kyiv", currency="UAH", age_limit=18,
        poster_url=None, poster_digest=None, capacity=300,
        ticket_types=[],
        check_in_lists=[
            CheckInListSheet(
                id=new_id(), name="Вхід", ticket_type_ids=[], allow_multiple_entries=False,
                allow_entry_after_exit=True,
            )
        ],
        gates=[GateSheet(id=new_id(), name="Північ"), GateSheet(id=new_id(), name="Південь")],
        published_at=now, cancelled_at=None,
    )  # fmt: skip


def a_ticket_key(app: App, event: EventChanged, number: int = 0) -> TicketKeyPublished:
    """The key of an event's tickets, as ticketing tells it."""
    now = app.clock.now()
    public_key = to_base64url(public_bytes(Ed25519PrivateKey.generate()))
    key_id = f"{event.event_number}.{number}"
    return TicketKeyPublished(
        aggregate_id=key_id, aggregate_version=1, occurred_at=now, organiser_id=event.organiser_id,
        event_number=event.event_number, event_id=event.event_id, key_number=number, key_id=key_id,
        purpose="ticket", public_key=public_key, not_before=now, not_after=now + timedelta(days=30),
    )  # fmt: skip
