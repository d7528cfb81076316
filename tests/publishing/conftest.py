"""A site that writes itself from facts."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from brama.contracts.catalogue import (
    CheckInListSheet,
    EventFact,
    EventPublished,
    GateSheet,
    TicketTypeSheet,
    VenueSheet,
)
from brama.contracts.common import LocalText
from brama.contracts.identity import OrganiserChanged
from brama.contracts.sales import AvailabilityChanged, AvailabilityState, TypeAvailability
from brama.kernel.ids import new_id
from tests.publishing.parsed import Parsed
from tests.support.app import App, app_fixture

app = app_fixture(
    "publishing",
    site_folder=lambda folder: str(folder / "site"),
    shop_build=lambda folder: str(folder / "shop"),
)

MANIFEST = {
    "_base.js": {
        "file": "base-1.js",
        "css": ["base-1.css"],
        "assets": ["unbounded-cyrillic-wght-normal-1.woff2", "onest-latin-wght-normal-1.woff2"],
    },
    "src/event/main.ts": {"file": "event-1.js", "imports": ["_base.js"], "css": ["event-1.css"]},
    "src/order/main.ts": {"file": "order-1.js", "imports": ["_base.js"]},
    "src/ticket/main.ts": {"file": "ticket-1.js", "imports": ["_base.js"]},
}


VENUE = VenueSheet(
    id=new_id(),
    name=LocalText("Тиша", "Tysha"),
    address=LocalText("вул. Вигадана, 4, Київ"),
    time_zone="Europe/Kyiv",
)


class Club:
    """A club's facts, and the files that come of them."""

    def __init__(self, app: App, folder: Path) -> None:
        self.app, self.site, self.build = app, folder / "site", folder / "shop"
        self.organiser_id, self.event_id = new_id(), new_id()
        self.type_ids = [new_id(), new_id()]
        # Fixed for a test, so that the same facts can be told twice.
        self.told_at = app.clock.now().replace(microsecond=0)

    def days(self, count: float) -> datetime:
        """A moment some days from now."""
        return self.told_at + timedelta(days=count)

    def organiser(self, **fields: Any) -> OrganiserChanged:
        """What identity tells of the club."""
        told = OrganiserChanged(
            aggregate_id=str(self.organiser_id),
            aggregate_version=1,
            occurred_at=self.told_at,
            organiser_id=self.organiser_id,
            slug="tysha",
            name=LocalText("Клуб «Тиша»", "Tysha Club"),
            mark="ТИША",
            accent=None,
            legal_name="ТОВ «Тиша»",
            tax_id="12345678",
            contact_email="hi@example.org",
            address=LocalText("вул. Вигадана, 4, Київ", "4 Vyhadana St, Kyiv"),
            locale="uk",
            is_fiscalised=True,
        )
        return msgspec.structs.replace(told, **fields)

    def event(self, kind: type[EventFact] = EventPublished, **fields: Any) -> EventFact:
        """What the catalogue tells of the night."""
        sheet: dict[str, Any] = {
            "aggregate_id": str(self.event_id),
            "aggregate_version": 5,
            "occurred_at": self.told_at,
            "organiser_id": self.organiser_id,
            "event_number": 7,
            "event_id": self.event_id,
            "slug": "persha-nich",
            "state": "published",
            "title": LocalText("Перша ніч після зими", "First night after winter"),
            "description": LocalText("Від заходу до ранку.\n\nБез фото.\nБез розмов.", "Dusk till dawn."),
            "venue": VENUE,
            "starts_at": self.days(10),
            "ends_at": self.days(10.3),
            "doors_at": self.days(9.9),
            "time_zone": "Europe/Kyiv",
            "currency": "UAH",
            "age_limit": 21,
            "poster_url": None,
            "poster_digest": None,
            "capacity": None,
            "ticket_types": [self.ticket_type(0), self.ticket_type(1)],
            "check_in_lists": [
                CheckInListSheet(
                    id=new_id(),
                    name="Усі",
                    ticket_type_ids=self.type_ids,
                    allow_multiple_entries=False,
                    allow_entry_after_exit=True,
                )
            ],
            "gates": [GateSheet(id=new_id(), name="Вхід")],
            "published_at": self.told_at,
            "cancelled_at": None,
        }
        return kind(**sheet | fields)

    def ticket_type(self, index: int, **fields: Any) -> TicketTypeSheet:
        """The first ticket type costs 400 ₴, the second 600 ₴."""
        sheet = TicketTypeSheet(
            id=self.type_ids[index],
            product_number=index + 1,
            name=[LocalText("Друга хвиля", "Second wave"), LocalText("На вході")][index],
            description=LocalText(""),
            price_minor=[40_000, 60_000][index],
            quantity=100,
            sale_from=None,
            sale_until=None,
            max_per_order=10,
            position=index,
        )
        return msgspec.structs.replace(sheet, **fields)

    def availability(
        self, version: int, *states: AvailabilityState, price_minor: int = 40_000
    ) -> AvailabilityChanged:
        """What sales tells of the night's ticket types, in order."""
        return AvailabilityChanged(
            aggregate_id=str(self.event_id),
            aggregate_version=version,
            occurred_at=self.told_at + timedelta(seconds=version),
            organiser_id=self.organiser_id,
            event_id=self.event_id,
            currency="UAH",
            ticket_types=[
                TypeAvailability(
                    ticket_type_id=type_id, state=state, price_minor=price_minor, left=17, sold=83, held=0
                )
                for type_id, state in zip(self.type_ids, states, strict=False)
            ],
        )

    async def hear(self, *facts: Any) -> None:
        """Deliver facts and let the writer finish."""
        for fact in facts:
            await self.app.hear(fact)
        await self.app.run_workers()

    def built(self) -> None:
        """The shop's islands are built."""
        manifest = self.build / ".vite" / "manifest.json"
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text(json.dumps(MANIFEST))

    def page(self, path: str) -> Parsed:
        """A page as a browser without JavaScript reads it."""
        return Parsed((self.site / path).read_text("utf-8"))

    def json(self, path: str) -> Any:
        """A JSON file of the site."""
        return json.loads((self.site / path).read_text("utf-8"))

    def files(self) -> dict[str, bytes]:
        """Every file that the web server would serve."""
        return {
            str(file.relative_to(self.site)): file.read_bytes()
            for file in self.site.rglob("*")
            if file.is_file() and not file.name.startswith(".")
        }


@pytest.fixture
def club(app: App, tmp_path: Path) -> Club:
    """The club that tests are about."""
    return Club(app, tmp_path)
