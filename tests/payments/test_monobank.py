"""The adapter against what monobank itself published, apart from our simulator."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from brama.kernel.ids import new_id
from brama.kernel.money import Money
from brama.services.payments.ports import InvoiceRequest, Refused, Unavailable
from brama.services.payments.providers.monobank import Monobank
from tests.payments.conftest import TOKEN, Bank
from tests.simulators.merchant import SAMPLE_BODY, SAMPLE_KEY, SAMPLE_SIGN
from tests.support.simulators import free_port

PEM = base64.b64decode(SAMPLE_KEY).decode()


@pytest_asyncio.fixture
async def monobank(bank: Bank) -> AsyncIterator[Monobank]:
    provider = Monobank(bank.url, timeout_s=2)
    yield provider
    await provider.close()


async def test_the_published_sample_is_genuine_and_not_a_byte_else(monobank: Monobank) -> None:
    assert monobank.is_genuine(PEM, {"x-sign": SAMPLE_SIGN}, SAMPLE_BODY)
    assert not monobank.is_genuine(PEM, {"x-sign": SAMPLE_SIGN}, SAMPLE_BODY + b" ")
    assert not monobank.is_genuine(PEM, {"x-sign": SAMPLE_SIGN}, SAMPLE_BODY.replace(b"4200", b"4201", 1))


@pytest.mark.parametrize("sign", ["", "x", "====", "AAAA", SAMPLE_SIGN[:-4], "ї"])
async def test_no_other_signature_is_genuine(monobank: Monobank, sign: str) -> None:
    assert not monobank.is_genuine(PEM, {"x-sign": sign}, SAMPLE_BODY)
    assert not monobank.is_genuine("no key", {"x-sign": SAMPLE_SIGN}, SAMPLE_BODY)
    assert not monobank.is_genuine(PEM, {}, SAMPLE_BODY)


async def test_the_published_sample_is_read(monobank: Monobank) -> None:
    notice = monobank.read_notice(SAMPLE_BODY)
    assert notice is not None
    assert notice.invoice_id == "p2_9ZgpZVsl3"
    assert notice.reference == "84d0070ee4e44667b31371d8f8813947"
    assert notice.modified_at == datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)


async def test_whatever_the_body_reading_never_fails(monobank: Monobank) -> None:
    @given(body=st.binary(max_size=200))
    def is_no_notice(body: bytes) -> None:
        assert monobank.read_notice(body) is None

    is_no_notice()


async def test_nobody_listening_is_unavailable_and_not_unknown() -> None:
    provider = Monobank(f"http://127.0.0.1:{free_port()}", timeout_s=1)
    with pytest.raises(Unavailable):
        await provider.status(TOKEN, "p2_9ZgpZVsl3")
    await provider.close()


async def test_an_unknown_invoice_is_refused(monobank: Monobank) -> None:
    with pytest.raises(Refused) as refused:
        await monobank.status(TOKEN, "p2_9ZgpZVsl3")
    assert refused.value.code == "NOT_FOUND"


async def test_what_came_is_told_though_some_of_it_went_back(monobank: Monobank, bank: Bank) -> None:
    payment_id = new_id()
    invoice = await monobank.create_invoice(TOKEN, _request(payment_id))
    await bank.pay(payment_id)
    await monobank.refund(TOKEN, invoice.id, amount=Money(20000, "UAH"), ref="r-1")
    report = await monobank.status(TOKEN, invoice.id)
    assert report.captured == Money(50000, "UAH")
    assert [(entry.ref, entry.amount.minor) for entry in report.returns] == [("r-1", 20000)]


async def test_the_token_is_in_no_error(monobank: Monobank, bank: Bank) -> None:
    await bank.fault("forbidden", operation="status")
    with pytest.raises(Refused) as refused:
        await monobank.status(TOKEN, "p2_9ZgpZVsl3")
    assert TOKEN not in repr(refused.value)
    assert refused.value.__cause__ is None


def _request(payment_id: UUID) -> InvoiceRequest:
    return InvoiceRequest(
        payment_id=payment_id,
        amount=Money(50000, "UAH"), order_code="0000007ABCDEFGH", destination="Квитки", valid_for_s=600,
        redirect_url="http://localhost/orders/0000007ABCDEFGH", webhook_url="http://127.0.0.1:9/",
        locale="uk",
    )  # fmt: skip
