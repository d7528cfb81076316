"""Webhooks: signed with a key that only the registrar and we have, so their news is taken as it stands."""

from collections.abc import Mapping
from uuid import UUID

from brama.kernel.metrics import counter
from brama.services.fiscal import store
from brama.services.fiscal.domain import ReceiptReport
from brama.services.fiscal.errors import RegistrarUnknown, WebhookRefused
from brama.services.fiscal.operations.desk import Desk
from brama.services.fiscal.operations.sending import apply_receipt_report
from brama.services.fiscal.operations.shifts import apply_shift_report
from brama.services.fiscal.ports import RegistrarError

_received = counter("brama_fiscal_webhooks_total", "Webhooks received", ("outcome",))


async def receive_webhook(
    desk: Desk, provider: str, register_id: UUID, *, headers: Mapping[str, str], body: bytes
) -> None:
    """Apply a genuine notice; repeated, late and reordered ones change nothing.

    To ask the registrar again would cost the register one of its few calls: the signature is the proof.

    Raises:
        WebhookRefused: unknown register, or not signed with its key. Why is counted, never told.
    """
    try:
        registrar = desk.registrar(provider)
    except RegistrarUnknown:
        raise _refused("unknown_registrar") from None
    async with desk.db.reading() as reading:
        register = await store.find_register(reading, register_id)
    key = None if register is None or register.provider != provider else desk.webhook_key(register)
    if key is None:
        raise _refused("unknown_register")
    if not registrar.is_genuine(key, headers, body):
        raise _refused("forged")
    try:
        report = registrar.read_notice(body)
    except RegistrarError:
        report = None
    async with desk.db.transaction() as tx:
        if isinstance(report, ReceiptReport):
            receipt = await store.lock_receipt_by_remote_id(tx, report.remote_id)
            if receipt is not None and receipt.register_id == register_id:
                await apply_receipt_report(desk, tx, receipt, report)
        elif report is not None:
            await apply_shift_report(desk, tx, register_id, report)
    _received.labels("taken" if report is not None else "irrelevant").inc()


def _refused(why: str) -> WebhookRefused:
    _received.labels(why).inc()
    return WebhookRefused()
