"""Tickets to cheat with: a valid one, a used one, a forged one, a refunded one, another night's."""

from datetime import UTC, datetime
from typing import Any

from brama.demo.api import Api, until
from brama.kernel.ids import new_id
from brama.shared import ticket_code


def forged(code: str) -> str:
    """A ticket's code with one bit of its signature flipped: everything else is as it should be."""
    genuine = ticket_code.parse(code)
    if not isinstance(genuine, ticket_code.TicketCode):
        raise ValueError("not a ticket's code")
    signature = bytes([genuine.signature[0] ^ 1]) + genuine.signature[1:]
    return ticket_code.encode(genuine.payload, signature)


async def admit(inspector: Api, night: dict[str, Any], order_code: str, code: str) -> None:
    """Let somebody in, once the gate has heard of the ticket."""
    found = f"admission/v1/events/{night['id']}/tickets?query={order_code}"

    async def look() -> bool | None:
        return bool((await inspector.get(found))["items"]) or None

    await until("the gate's knowledge of a ticket", look)
    scan = {
        "scan_id": str(new_id()), "code": code, "check_in_list_id": night["check_in_lists"][0]["id"],
        "gate_id": night["gates"][0]["id"], "kind": "entry", "scanned_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    await inspector.post("admission/v1/redeem", scan)
