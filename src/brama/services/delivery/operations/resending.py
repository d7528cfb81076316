"""Staff let an e-mail go out once more, word for word."""

from uuid import UUID

from msgspec.structs import replace

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.correlation import correlation_id
from brama.kernel.database import Database, Transaction
from brama.kernel.ids import new_id
from brama.kernel.problem import NotFound
from brama.services.delivery import facts, store
from brama.services.delivery.domain import Email
from brama.services.delivery.errors import NothingToResend
from brama.services.delivery.operations.hearing import Editor


async def resend_email(db: Database, clock: Clock, editor: Editor, caller: Caller, email_id: UUID) -> Email:
    """The same letter to the same address, as an e-mail of its own.

    Raises:
        NotFound: no such e-mail at an organiser of the caller.
    """
    async with db.transaction() as tx:
        original = await store.get_email(tx, email_id)
        return await _again(tx, clock, editor, caller, original)


async def resend_tickets(db: Database, clock: Clock, editor: Editor, caller: Caller, code: str) -> Email:
    """The newest tickets of an order once more.

    Raises:
        NotFound: no such order at an organiser of the caller.
        NothingToResend: no tickets were sent for it.
    """
    async with db.transaction() as tx:
        purchase = await store.find_purchase(tx, code)
        if purchase is None:
            raise NotFound()
        caller.within(purchase.organiser_id)
        original = await store.newest_of_kind(tx, code, "tickets")
        if original is None:
            raise NothingToResend()
        return await _again(tx, clock, editor, caller, original)


async def _again(tx: Transaction, clock: Clock, editor: Editor, caller: Caller, original: Email) -> Email:
    caller.within(original.organiser_id)
    now, email_id = clock.now(), new_id()
    again = replace(
        original, id=email_id, cause=f"resent:{email_id}", state="queued", attempts=0, queued_at=now,
        correlation_id=correlation_id(),
    )  # fmt: skip
    await editor.add(tx, again)
    await outbox.say(tx, facts.resent(caller, original.organiser_id, original, again, now))
    return again
