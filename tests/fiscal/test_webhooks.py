"""News of receipts and shifts: signed, repeated, lost, late, forged."""

import base64
import hashlib
import hmac
from uuid import UUID

import httpx
import msgspec

from brama.kernel.ids import new_id
from tests.fiscal.conftest import Club, Registry


def _signed(key: str, body: bytes) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()
    return {"x-request-signature": signature, "content-type": "application/json"}


async def _key(club: Club, register_id: UUID) -> str:
    async with club.app.db.reading() as tx:
        sealed = await tx.raw.fetchval("select webhook_key from register where id = $1", register_id)
    return club.app.kernel.sealer.open(sealed, f"register_webhook:{register_id}").decode()


async def _post(club: Club, register_id: object, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return await club.app.client.post(
        f"/api/fiscal/v1/webhooks/checkbox/{register_id}", content=body, headers=headers
    )


def _notice(receipt_id: object, status: str, **more: object) -> bytes:
    return msgspec.json.encode({"receipt": {"id": str(receipt_id), "status": status, **more}})


async def _sent(club: Club, registry: Registry) -> tuple[UUID, str]:
    """A register, and a receipt of its that the registrar keeps to itself."""
    register_id = await club.connect()
    await registry.fault("receipt_stuck")
    order = await club.sell()
    await club.settle(order, "sent")
    [receipt] = await club.receipts()
    return register_id, str(receipt["id"])


async def test_completion_is_learnt_by_webhook_without_asking(club: Club, registry: Registry) -> None:
    await club.connect()
    first = await club.sell()
    await club.settle(first, "registered")
    order = await club.sell()
    await club.serve()  # one POST
    # Any GET from here on would fail.
    await registry.fault("server_error", times=1000)

    async def is_registered() -> bool:
        return await club.states(order) == ["registered"]

    await club.until(is_registered)
    await registry.client.delete("/faults")


async def test_lost_webhooks_are_made_up_for_by_asking(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("webhook_lost", times=50)
    order = await club.sell()
    await club.settle(order, "registered")


async def test_a_webhook_that_comes_twice_is_taken_once(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("webhook_duplicate", times=5, copies=3)
    order = await club.sell()
    await club.settle(order, "registered")
    for _ in range(10):
        await club.serve()
    assert len(await club.registered()) == 1


async def test_a_webhook_signed_by_a_stranger_is_refused_and_the_receipt_is_asked_after(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("bad_signature", times=5)
    order = await club.sell()
    await club.settle(order, "registered")
    assert len(await club.registered()) == 1


async def test_a_forged_notice_changes_nothing(club: Club, registry: Registry) -> None:
    register_id, receipt_id = await _sent(club, registry)
    body = _notice(receipt_id, "DONE", fiscal_code="FORGED")
    for headers in ({}, {"x-request-signature": ""}, _signed("another key", body)):
        answer = await _post(club, register_id, body, headers)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("webhook_refused")
    assert (await club.receipts())[0]["state"] == "sent"


async def test_a_signature_of_another_body_is_refused(club: Club, registry: Registry) -> None:
    register_id, receipt_id = await _sent(club, registry)
    key = await _key(club, register_id)
    headers = _signed(key, _notice(receipt_id, "CREATED"))
    answer = await _post(club, register_id, _notice(receipt_id, "DONE", fiscal_code="X"), headers)
    assert answer.status_code == 400


async def test_unknown_registers_and_registrars_are_refused_alike(club: Club) -> None:
    body = _notice(new_id(), "DONE")
    assert (await _post(club, new_id(), body, _signed("k", body))).status_code == 400
    answer = await club.app.client.post(f"/api/fiscal/v1/webhooks/unknown/{new_id()}", content=body)
    assert answer.status_code == 400


async def test_a_genuine_notice_is_taken_as_it_stands_and_answered_as_the_registrar_wants(
    club: Club, registry: Registry
) -> None:
    register_id, receipt_id = await _sent(club, registry)
    key = await _key(club, register_id)
    body = _notice(receipt_id, "DONE", fiscal_code="TEST-1", tax_url="https://cabinet.tax.gov.ua/x")
    answer = await _post(club, register_id, body, _signed(key, body))
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    [said] = await club.registered()
    assert (said.fiscal_code, said.url) == ("TEST-1", "https://cabinet.tax.gov.ua/x")
    # An older state after it, or the same again, is no news.
    for later in (body, _notice(receipt_id, "CREATED"), _notice(receipt_id, "ERROR")):
        assert (await _post(club, register_id, later, _signed(key, later))).status_code == 200
    assert len(await club.registered()) == 1
    assert (await club.receipts())[0]["state"] == "registered"


async def test_one_register_has_no_say_in_anothers_receipts(club: Club, registry: Registry) -> None:
    _, receipt_id = await _sent(club, registry)
    other = Club(club.app, registry)
    other_register = await other.connect()
    body = _notice(receipt_id, "DONE", fiscal_code="STOLEN")
    answer = await _post(club, other_register, body, _signed(await _key(club, other_register), body))
    assert answer.status_code == 200
    assert (await club.receipts())[0]["state"] == "sent"


async def test_news_of_what_is_not_ours_is_accepted_and_forgotten(club: Club) -> None:
    register_id = await club.connect()
    key = await _key(club, register_id)
    for body in (_notice(new_id(), "DONE", fiscal_code="X"), b'{"report": {}}', b"[]", b"\xff\xfe"):
        assert (await _post(club, register_id, body, _signed(key, body))).status_code == 200
    assert await club.receipts() == []


async def test_a_new_address_of_ours_is_told_to_the_registrar(club: Club, registry: Registry) -> None:
    register_id = await club.connect()
    key = await _key(club, register_id)
    async with club.app.db.transaction() as tx:
        await tx.raw.execute("update register set webhook_url = 'http://localhost:1/former'")
    order = await club.sell()
    await club.settle(order, "registered")
    assert await _key(club, register_id) != key
