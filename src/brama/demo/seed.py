"""The demo, made once; a new night is added when the last one is over."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from brama.demo import club, guests, page, people, tray
from brama.demo.api import Api

_NIGHT = {"uk": "Перша ніч після зими", "en": "First night after winter"}
_WORDS = {
    "uk": "Дві зали, одна тиша. Техно без поспіху до ранку.\n\nБез фото всередині. Двір відкрито.",
    "en": "Two rooms, one silence. Unhurried techno until the morning.\n\nNo photos inside. The yard is open.",
}
_OTHER = {"uk": "Органний двір", "en": "Organ yard"}
_OTHER_WORDS = {
    "uk": "Живий орган просто неба й довга розмова після.",
    "en": "A live organ in the open air, and a long talk after it.",
}


class Places(NamedTuple):
    """Where everything is."""

    origin: str
    mail: str
    bank: str
    registrar: str
    setup_code: str
    demo_file: Path
    site: Path


async def ensure_demo(places: Places) -> dict[str, Any]:
    """Make the demo unless it is there and its night is not over; answers what scripts need of it."""
    known = json.loads(places.demo_file.read_text("utf-8")) if places.demo_file.exists() else None
    async with (
        httpx.AsyncClient(base_url=places.origin, timeout=15) as origin,
        httpx.AsyncClient(base_url=places.mail, timeout=15) as mail,
        httpx.AsyncClient(base_url=places.bank, timeout=15) as bank,
        httpx.AsyncClient(base_url=places.registrar, timeout=15) as registrar,
    ):
        public = Api(origin)
        if known is None:
            known = await _found(public, mail, registrar, places.setup_code)
        if "event" not in known or datetime.fromisoformat(known["event"]["ends_at"]) < club.now_by_the_hour():
            known = {**known, **await _begin_night(public, bank, known)}
    known |= {
        "base_url": places.origin, "mail_url": places.mail, "payments_simulator_url": places.bank,
        "fiscal_simulator_url": places.registrar,
    }  # fmt: skip
    page.write(places.site, known)
    return known


async def _found(
    public: Api, mail: httpx.AsyncClient, registrar: httpx.AsyncClient, setup_code: str
) -> dict[str, Any]:
    made = await club.found_club(public, setup_code)
    organiser_id = made["organiser"]["id"]
    owner = await public.sign_in(**made["staff"]["owner"])
    made["staff"] |= await club.invite_staff(owner, public, mail, organiser_id)
    await club.connect_bank(owner, organiser_id)
    await club.connect_registrar(owner, registrar, organiser_id)
    manager = await public.sign_in(**made["staff"]["manager"])
    made["venue_id"] = await club.make_venue(manager, organiser_id)
    return made


async def _begin_night(public: Api, bank: httpx.AsyncClient, made: dict[str, Any]) -> dict[str, Any]:
    """A night whose doors opened an hour ago, another one in a week, buyers, and the tray of tickets."""
    manager = await public.sign_in(**made["staff"]["manager"])
    box_office = await public.sign_in(**made["staff"]["box_office"])
    inspector = await public.sign_in(**made["staff"]["inspector"])
    organiser_id, venue_id = made["organiser"]["id"], made["venue_id"]
    doors_at = club.now_by_the_hour() - timedelta(hours=1)
    suffix = "" if "event" not in made else f"-{doors_at:%m%d%H}"
    night = await club.make_night(
        manager, organiser_id, venue_id, slug=f"persha-nich{suffix}", title=_NIGHT, description=_WORDS,
        doors_at=doors_at,
    )  # fmt: skip
    other = await club.make_night(
        manager, organiser_id, venue_id, slug=f"orhannyi-dvir{suffix}", title=_OTHER, description=_OTHER_WORDS,
        doors_at=doors_at + timedelta(days=7),
    )  # fmt: skip
    tills = await club.open_tills(box_office, night["id"])
    await asyncio.gather(*[guests.buy(public, bank, night, guest) for guest in people.GUESTS])
    await guests.sell_at_door(box_office, tills[0]["id"], night, 2)
    codes = await _fill_tray(public, bank, manager, inspector, night, other)
    return {"event": night, "other_event": other, "tills": tills, "tray": codes}


async def _fill_tray(
    public: Api,
    bank: httpx.AsyncClient,
    manager: Api,
    inspector: Api,
    night: dict[str, Any],
    other: dict[str, Any],
) -> dict[str, str]:
    valid, used, refunded, elsewhere = await asyncio.gather(
        guests.buy(public, bank, night, people.VALID),
        guests.buy(public, bank, night, people.USED),
        guests.buy(public, bank, night, people.REFUNDED),
        guests.buy(public, bank, other, people.ELSEWHERE),
    )
    await tray.admit(inspector, night, used["code"], used["tickets"][0]["code"])
    await guests.refund(manager, public, refunded)
    return {
        "valid": valid["tickets"][0]["code"],
        "used": used["tickets"][0]["code"],
        "forged": tray.forged(valid["tickets"][1]["code"]),
        "refunded": refunded["tickets"][0]["code"],
        "elsewhere": elsewhere["tickets"][0]["code"],
    }
