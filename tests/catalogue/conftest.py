"""A manager at work in the catalogue."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from brama.kernel.ids import new_id
from tests.support.app import App, app_fixture

app = app_fixture("catalogue")

API = "/api/catalogue/v1"


class Desk:
    """One organiser's team at the catalogue, with the entries that people usually make."""

    def __init__(self, app: App, organiser_id: UUID | None = None) -> None:
        self.app = app
        self.organiser_id = organiser_id or new_id()
        self.manager = app.as_staff("manager", self.organiser_id)

    def starts_at(self, days: float = 12) -> datetime:
        """A start some days ahead, whole seconds."""
        return (self.app.clock.now() + timedelta(days=days)).replace(microsecond=0)

    async def post(
        self, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """A creating POST by the manager unless others are named."""
        return await self.app.client.post(
            API + path, json=body, headers=self.app.creating(headers or self.manager)
        )

    async def patch(self, path: str, body: Any, *, version: int | None = None) -> httpx.Response:
        """A PATCH by the manager, with If-Match when a version is given."""
        match = {} if version is None else {"If-Match": f'"{version}"'}
        return await self.app.client.patch(API + path, json=body, headers=self.manager | match)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """A GET by the manager unless others are named."""
        return await self.app.client.get(API + path, headers=headers or self.manager)

    async def delete(self, path: str) -> httpx.Response:
        """A DELETE by the manager."""
        return await self.app.client.delete(API + path, headers=self.manager)

    async def a_venue(self) -> dict[str, Any]:
        """A venue that exists."""
        entry = {
            "organiser_id": str(self.organiser_id),
            "name": {"uk": "Тиша", "en": "Tysha"},
            "address": "вул. Вигадана, 4, Київ",
            "time_zone": "Europe/Kyiv",
        }
        return _made(await self.post("/venues", entry))

    async def event_entry(self, **fields: Any) -> dict[str, Any]:
        """What a manager enters for an event."""
        starts_at = self.starts_at()
        entry = {
            "organiser_id": str(self.organiser_id),
            "slug": "persha-nich",
            "title": {"uk": "Перша ніч після зими", "en": "First night after winter"},
            "description": {"uk": "Від заходу до ранку.\n\nБез фото.", "en": "Dusk till dawn.\n\nNo photos."},
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=7)).isoformat(),
            "doors_at": (starts_at - timedelta(hours=1)).isoformat(),
            "time_zone": "Europe/Kyiv",
            "currency": "UAH",
            "age_limit": 21,
        } | fields
        if "venue_id" not in entry:
            entry["venue_id"] = (await self.a_venue())["id"]
        return entry

    async def a_draft(self, **fields: Any) -> dict[str, Any]:
        """A drafted event."""
        return _made(await self.post("/events", await self.event_entry(**fields)))

    async def a_ticket_type(self, event_id: str, **fields: Any) -> dict[str, Any]:
        """A ticket type of an event."""
        entry = {
            "name": {"uk": "Друга хвиля", "en": "Second wave"},
            "price": {"minor": 40_000, "currency": "UAH"},
            "quantity": 200,
        } | fields
        return _made(await self.post(f"/events/{event_id}/ticket_types", entry))

    async def a_published_event(self, **fields: Any) -> dict[str, Any]:
        """A public event with one ticket type."""
        event = await self.a_draft(**fields)
        await self.a_ticket_type(event["id"])
        answer = await self.post(f"/events/{event['id']}/publish")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def pointers(answer: httpx.Response) -> list[str]:
    """The fields that an answer finds fault with."""
    assert answer.status_code == 422, answer.text
    body = answer.json()
    assert body["type"].endswith("validation_failed")
    assert all(error["detail"] for error in body["errors"])
    return [error["pointer"] for error in body["errors"]]


@pytest.fixture
def desk(app: App) -> Desk:
    """The team that tests are about."""
    return Desk(app)
