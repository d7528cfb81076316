"""Guests of the demo: they buy as everybody does, through the shop and the bank."""

from typing import Any

import httpx

from brama.demo.api import Api, until
from brama.demo.people import Guest


async def buy(
    public: Api, bank: httpx.AsyncClient, night: dict[str, Any], guest: Guest, *, kind: int = 1
) -> dict[str, Any]:
    """Hold, order, pay at the bank's simulator, wait for the tickets; answers the order with them."""
    hold = await public.post(
        "sales/v1/holds",
        {
            "event_id": night["id"],
            "lines": [{"ticket_type_id": night["ticket_types"][kind]["id"], "quantity": guest.tickets}],
        },
    )
    order = await public.post(
        "sales/v1/orders",
        {
            "hold_id": hold["id"], "hold_token": hold["token"],
            "buyer": {"name": guest.name, "email": guest.email, "locale": guest.locale},
        },
    )  # fmt: skip
    payment = await public.post(
        "payments/v1/payments",
        {"order_code": order["code"], "order_token": order["token"], "provider": "monobank"},
    )
    (await bank.post("/control/pay", json={"payment_id": payment["id"]})).raise_for_status()
    return {**order, "tickets": await tickets_of(public, order, guest.tickets)}


async def tickets_of(public: Api, order: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """The tickets of an order, once all are issued."""
    api = public.with_headers(X_Order_Token=order["token"])

    async def look() -> list[dict[str, Any]] | None:
        items = (await api.get(f"ticketing/v1/orders/{order['code']}/tickets"))["items"]
        return items if len(items) == count else None

    return await until(f"the tickets of {order['code']}", look)


async def sell_at_door(box_office: Api, till_id: str, night: dict[str, Any], quantity: int) -> None:
    """A guest pays cash at a till."""
    price = night["ticket_types"][1]["price"]["minor"] * quantity
    await box_office.post(
        "sales/v1/door_orders",
        {
            "event_id": night["id"], "till_id": till_id, "tender": "cash",
            "lines": [{"ticket_type_id": night["ticket_types"][1]["id"], "quantity": quantity}],
            "received": {"minor": price + 200_00, "currency": "UAH"},
        },
    )  # fmt: skip


async def refund(manager: Api, public: Api, order: dict[str, Any]) -> None:
    """Send the money back and wait until it is there."""
    await manager.post(f"sales/v1/orders/{order['code']}/refunds", {"reason": "Не зможу прийти"})
    api = public.with_headers(X_Order_Token=order["token"])

    async def look() -> bool | None:
        return (await api.get(f"sales/v1/orders/{order['code']}"))["state"] == "refunded" or None

    await until(f"the refund of {order['code']}", look)
