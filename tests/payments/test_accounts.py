"""Merchant accounts: proven, sealed, one active per provider, every change in the audit trail."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from brama.contracts.audit import PaymentsActionRecorded
from brama.kernel.config import BadSettings
from brama.kernel.ids import new_id
from brama.services.payments.wiring import build
from tests.payments.conftest import TOKEN, Bank, Shop

URL = "/api/payments/v1/merchant_accounts"


async def _connect(
    shop: Shop, *, key: str | None = None, role: str = "owner", **changed: Any
) -> httpx.Response:
    body = {
        "organiser_id": str(shop.organiser_id),
        "provider": "monobank",
        "token": TOKEN,
        "name": "Клуб",
        **changed,
    }
    headers = shop.app.creating(shop.app.as_staff(role, shop.organiser_id, staff_id=UUID(int=9)), key)
    return await shop.app.client.post(URL, headers=headers, json=body)


async def test_a_token_is_sealed_and_never_shown(shop: Shop) -> None:
    headers = shop.app.as_staff("accountant", shop.organiser_id)
    answer = await shop.app.client.get(f"{URL}?organiser_id={shop.organiser_id}", headers=headers)
    assert TOKEN not in answer.text
    [account] = answer.json()["items"]
    assert (account["id"], account["is_active"]) == (str(shop.account_id), True)
    async with shop.app.db.reading() as tx:
        assert TOKEN.encode() not in await tx.raw.fetchval("select secret from merchant_account")
    [recorded] = await shop.app.said(PaymentsActionRecorded)
    assert (recorded.action, recorded.subject_id) == ("merchant_account.connected", str(shop.account_id))
    assert TOKEN not in str(recorded)


async def test_one_account_is_active_per_organiser_and_provider(shop: Shop) -> None:
    answer = await _connect(shop)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/merchant_account_exists")


async def test_the_same_key_connects_once(shop: Shop) -> None:
    shop.organiser_id, key = new_id(), str(new_id())
    first = await _connect(shop, key=key)
    again = await _connect(shop, key=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await _connect(shop, key=key, name="Інший")).json()["type"] == "/problems/idempotency_conflict"


async def test_a_token_that_the_bank_does_not_know_is_refused(shop: Shop, bank: Bank) -> None:
    shop.organiser_id = new_id()
    await bank.fault("forbidden", operation="pubkey")
    answer = await _connect(shop)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/merchant_token_refused")
    await bank.fault("too_many_requests", operation="pubkey")
    busy = await _connect(shop)
    assert busy.status_code == 503
    assert "Retry-After" in busy.headers


@pytest.mark.parametrize("role", ["manager", "accountant", "box_office", "inspector"])
async def test_only_an_owner_says_where_the_money_goes(shop: Shop, role: str) -> None:
    assert (await _connect(shop, role=role)).status_code == 403
    headers = shop.app.as_staff(role, shop.organiser_id)
    assert (await shop.app.client.delete(f"{URL}/{shop.account_id}", headers=headers)).status_code == 403


async def test_another_houses_owner_sees_nothing(shop: Shop) -> None:
    stranger = shop.app.as_staff("owner", new_id())
    assert (
        await shop.app.client.get(f"{URL}?organiser_id={shop.organiser_id}", headers=stranger)
    ).status_code == 404
    assert (await shop.app.client.delete(f"{URL}/{shop.account_id}", headers=stranger)).status_code == 404


async def test_a_disconnected_account_takes_no_new_money_but_finishes_the_old(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    owner = shop.app.as_staff("owner", shop.organiser_id)
    for _ in range(2):
        assert (await shop.app.client.delete(f"{URL}/{shop.account_id}", headers=owner)).status_code == 204
    assert len(await shop.app.said(PaymentsActionRecorded)) == 2
    assert (await shop.ask(shop.order())).json()["type"] == "/problems/provider_not_connected"
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))
    assert (await _connect(shop)).status_code == 201


@pytest.mark.parametrize("name", ["", "a\x00b", "x" * 201])
async def test_a_name_that_cannot_be_kept_is_refused(shop: Shop, name: str) -> None:
    answer = await _connect(shop, name=name)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/name"


@pytest.mark.parametrize("token", ["", "токен", "a b", "a\r\nX-Other: 1"])
async def test_a_token_that_no_header_can_carry_is_refused(shop: Shop, token: str) -> None:
    answer = await _connect(shop, token=token)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/token"


def test_a_drill_refuses_a_real_bank(shop: Shop) -> None:
    config = replace(shop.app.kernel.config, drill=True, monobank_url="https://api.monobank.ua")
    with pytest.raises(BadSettings):
        build(shop.app.kernel, config)  # type: ignore[arg-type]
