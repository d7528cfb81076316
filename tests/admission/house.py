"""A house with two gates, and what one does there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from brama.contracts import catalogue, identity, ticketing
from brama.contracts.common import LocalText
from brama.kernel.ids import new_code, new_id
from brama.kernel.secrets import to_base64url
from brama.services.admission.domain.entries import signed_bytes
from brama.shared import ticket_code
from tests.support.app import App


@dataclass
class Phone:
    """A gate device with its own key and its own count of entries."""

    house: "House"
    name: str
    gate_id: UUID
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    device_id: UUID = field(default_factory=new_id)
    seq: int = 0

    @property
    def headers(self) -> dict[str, str]:
        return self.house.app.as_device(
            self.house.organiser_id,
            event_ids=[self.house.event_id],
            gate_ids=[self.gate_id],
            device_id=self.device_id,
            name=self.name,
        )

    def entry(self, code: str, *, kind: str = "entry", **changes: Any) -> dict[str, Any]:
        """A signed entry of the device's log: admitted without a network, unless said otherwise."""
        self.seq += 1
        at = changes.pop("at", self.house.app.clock.now())
        raw = {
            "scan_id": str(new_id()),
            "device_seq": self.seq,
            "code": code,
            "check_in_list_id": str(self.house.list_id),
            "gate_id": str(self.gate_id),
            "kind": kind,
            "scanned_at": at.isoformat(),
            "clock_offset_ms": 0,
            "hlc": f"{int(at.timestamp() * 1000):013d}-{self.seq:04x}-{self.name}",
            "verdict": "admit",
            "outcome": "exit_ok" if kind == "exit" else "valid",
            "basis": {"cursor": 0, "online": False},
            **changes,
        }
        return self.signed(raw)

    def signed(self, raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "signature": to_base64url(self.key.sign(signed_bytes(raw)))}

    async def ask(self, code: str, *, kind: str = "entry", **changes: Any) -> dict[str, Any]:
        """Ask the server about a scan; answers its JSON."""
        response = await self.house.redeem(self.headers, self.question(code, kind=kind, **changes))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def question(self, code: str, *, kind: str = "entry", **changes: Any) -> dict[str, Any]:
        return {
            "scan_id": str(new_id()),
            "code": code,
            "check_in_list_id": str(self.house.list_id),
            "gate_id": str(self.gate_id),
            "kind": kind,
            "scanned_at": self.house.app.clock.now().isoformat(),
            **changes,
        }

    async def upload(self, *entries: Any) -> list[dict[str, Any]]:
        """Upload entries; answers the results."""
        response = await self.house.app.client.post(
            "/api/admission/v1/scans", json={"entries": list(entries)}, headers=self.headers
        )
        assert response.status_code == 200, response.text
        results: list[dict[str, Any]] = response.json()["results"]
        return results


@dataclass
class House:
    """The event as other services have told it."""

    app: App
    organiser_id: UUID
    number: int = 12
    event_id: UUID = field(default_factory=new_id)
    type_id: UUID = field(default_factory=new_id)
    vip_id: UUID = field(default_factory=new_id)
    list_id: UUID = field(default_factory=new_id)
    north: UUID = field(default_factory=new_id)
    south: UUID = field(default_factory=new_id)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    version: int = 0

    def now(self) -> datetime:
        return self.app.clock.now()

    async def open(self, *, state: str = "published", many: bool = False, again: bool = False) -> None:
        """Tell the event, with the rules of its list."""
        self.version += 1
        now = self.now()
        place = LocalText(uk="Депо", en="Depot")
        await self.app.hear(
            catalogue.EventChanged(
                aggregate_id=str(self.event_id), aggregate_version=self.version, occurred_at=now,
                organiser_id=self.organiser_id, event_number=self.number, event_id=self.event_id, slug="nich",
                state=state, title=LocalText(uk="Ніч", en="Night"), description=LocalText(uk=""),  # type: ignore[arg-type]
                venue=catalogue.VenueSheet(id=new_id(), name=place, address=place, time_zone="Europe/Kyiv"),
                starts_at=now, ends_at=now + timedelta(hours=8), doors_at=now - timedelta(hours=1),
                time_zone="Europe/Kyiv", currency="UAH", age_limit=18, poster_url=None, poster_digest=None,
                capacity=300,
                ticket_types=[
                    self._type(self.type_id, 1, "Вхід", "Entry"), self._type(self.vip_id, 2, "Ложа", "Box"),
                ],
                check_in_lists=[
                    catalogue.CheckInListSheet(
                        id=self.list_id, name="Двері", ticket_type_ids=[self.type_id],
                        allow_multiple_entries=many, allow_entry_after_exit=again,
                    )
                ],
                gates=[
                    catalogue.GateSheet(id=self.north, name="Північ"),
                    catalogue.GateSheet(id=self.south, name="Південь"),
                ],
                published_at=now, cancelled_at=None,
            )
        )  # fmt: skip
        await self.app.run_workers()

    def _type(self, id: UUID, number: int, uk: str, en: str) -> catalogue.TicketTypeSheet:
        return catalogue.TicketTypeSheet(
            id=id, product_number=number, name=LocalText(uk=uk, en=en), description=LocalText(uk=""),
            price_minor=50000, quantity=100, sale_from=None, sale_until=None, max_per_order=10,
            position=number,
        )  # fmt: skip

    async def publish_key(self, key: Ed25519PrivateKey, *, number: int, event_id: UUID) -> None:
        """Tell a key that signs tickets."""
        now = self.now()
        await self.app.hear(
            ticketing.TicketKeyPublished(
                aggregate_id=f"{number}:1", aggregate_version=1, occurred_at=now,
                organiser_id=self.organiser_id,
                event_number=number, event_id=event_id, key_id=f"{number}-1", purpose="ticket", key_number=1,
                public_key=to_base64url(key.public_key().public_bytes_raw()),
                not_before=now - timedelta(days=1), not_after=now + timedelta(days=30),
            )
        )  # fmt: skip

    def sheet(self, holder: str = "Олена Дем'яненко", **changes: Any) -> ticketing.TicketSheet:
        """A ticket that nobody was told of yet."""
        key = changes.pop("key", self.key)
        number = changes.pop("number", self.number)
        valid_h = changes.pop("valid_h", (-2, 12))
        code_id = changes.pop("code_id", None) or new_id().bytes[8:]
        type_id = changes.pop("ticket_type_id", self.type_id)
        revision = changes.pop("revision", 0)
        payload = ticket_code.Payload(
            event_number=number,
            key_id=1,
            ticket_id=code_id,
            revision=revision,
            product=1,
            valid_from_h=ticket_code.hour_from(self.now() + timedelta(hours=valid_h[0])),
            valid_until_h=ticket_code.hour_until(self.now() + timedelta(hours=valid_h[1])),
        )
        sheet = ticketing.TicketSheet(
            ticket_id=new_id(), version=1, code_id=code_id.hex(), revision=revision, state="valid",
            reason=None,
            ticket_type_id=type_id, product_number=1, holder=holder,
            code=ticket_code.encode(payload, ticket_code.sign(payload, key)),
        )  # fmt: skip
        return replace(sheet, **changes)

    async def issue(self, *sheets: ticketing.TicketSheet, order_code: str | None = None) -> None:
        """Tell that tickets were issued."""
        await self.app.hear(
            ticketing.TicketsIssued(
                **self._order(order_code, 1), tickets=list(sheets), locale="uk", pdf_digest=None
            )
        )
        await self.app.run_workers()

    async def a_ticket(self, holder: str = "Олена Дем'яненко", **changes: Any) -> ticketing.TicketSheet:
        """A ticket that was issued."""
        order_code = changes.pop("order_code", None)
        sheet = self.sheet(holder, **changes)
        await self.issue(sheet, order_code=order_code)
        return sheet

    async def change(self, sheet: ticketing.TicketSheet, state: str, reason: str | None = None) -> None:
        """Tell that a ticket came into another state."""
        kinds: dict[str, Any] = {
            "blocked": ticketing.TicketsBlocked,
            "valid": ticketing.TicketsUnblocked,
            "revoked": ticketing.TicketsRevoked,
        }
        changed = replace(sheet, state=state, reason=reason, version=sheet.version + 1)
        await self.app.hear(
            kinds[state](**self._order(None, changed.version), tickets=[changed], refund_id=None)
        )
        await self.app.run_workers()

    def _order(self, code: str | None, version: int) -> dict[str, Any]:
        code = code or "000C" + new_code(8)
        return {
            "aggregate_id": code, "aggregate_version": version, "occurred_at": self.now(), "order_code": code,
            "organiser_id": self.organiser_id, "event_number": self.number, "event_id": self.event_id,
        }  # fmt: skip

    async def a_phone(self, name: str = "Північ 1", gate_id: UUID | None = None) -> Phone:
        """A paired device."""
        phone = Phone(self, name, gate_id or self.north)
        await self.app.hear(
            identity.DevicePaired(
                aggregate_id=str(phone.device_id), aggregate_version=1, occurred_at=self.now(),
                organiser_id=self.organiser_id, device_id=phone.device_id, name=name,
                event_ids=[self.event_id],
                gate_ids=[phone.gate_id], public_key=to_base64url(phone.key.public_key().public_bytes_raw()),
            )
        )  # fmt: skip
        return phone

    async def revoke(self, phone: Phone) -> None:
        """Tell that a device lost its rights now."""
        await self.app.hear(
            identity.DeviceRevoked(
                aggregate_id=str(phone.device_id), aggregate_version=2, occurred_at=self.now(),
                organiser_id=self.organiser_id, device_id=phone.device_id, revoked_at=self.now(),
            )
        )  # fmt: skip
        await self.app.run_workers()

    async def redeem(self, headers: dict[str, str], body: dict[str, Any]) -> Any:
        return await self.app.client.post("/api/admission/v1/redeem", json=body, headers=headers)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        """What an address of the event answers, as JSON."""
        response = await self.app.client.get(
            f"/api/admission/v1{path}", headers=headers or self.app.as_staff("manager", self.organiser_id)
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def headcount(self) -> int:
        count: int = (await self.get(f"/events/{self.event_id}/snapshot"))["headcount"]
        return count


async def a_house(app: App) -> House:
    """An event tonight with two gates and one list."""
    house = House(app, organiser_id=new_id())
    await house.open()
    await house.publish_key(house.key, number=house.number, event_id=house.event_id)
    await app.run_workers()
    return house
