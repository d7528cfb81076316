"""Who may see an order's tickets: whoever holds its token, or has a role at its organiser."""

import binascii
from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.database import Database
from brama.kernel.ids import normalise_code
from brama.kernel.keys import TrustedKeys
from brama.kernel.problem import NotFound
from brama.kernel.secrets import from_base64url
from brama.services.ticketing import store
from brama.services.ticketing.domain import Order, Ticket
from brama.shared import order_token


class _Header(msgspec.Struct, frozen=True):
    kid: str


class Door:
    """Lets in whoever may see an order's tickets."""

    def __init__(self, db: Database, trusted: TrustedKeys) -> None:
        self._db, self._trusted = db, trusted

    async def order(self, code: str, token: str | None, caller: Caller) -> Order | None:
        """The order; None when a good token came before its tickets did.

        `caller.roles` are those that may read without a token, at the order's organiser.

        Raises:
            NotFound: neither a token of this order nor anything to do with its organiser.
            Forbidden: the caller's role there is not enough.
        """
        if token is not None:
            await self._check(token, code)
            return await find_order(self._db, code)
        order = await find_order(self._db, code) if caller.kind == "staff" else None
        if order is None:
            raise NotFound()
        caller.within(order.organiser_id)
        return order

    async def issued_order(self, code: str, token: str | None, caller: Caller) -> Order:
        """As `order`, but tickets that are not there yet are not found either."""
        order = await self.order(code, token, caller)
        if order is None:
            raise NotFound()
        return order

    async def _check(self, token: str, code: str) -> None:
        """Verified by the keys that sales published, without a row of the order."""
        key_id = _key_id_of(token)
        key = await self._trusted.get("sales", key_id) if key_id else None
        if key_id is None or key is None:
            raise NotFound()
        try:
            claims = order_token.read(token, {key_id: key}, "order")
        except order_token.BadToken:
            raise NotFound() from None
        if normalise_code(claims.subject) != normalise_code(code):
            raise NotFound()


def _key_id_of(token: str) -> str | None:
    """The key that the token claims to be signed with; nothing is believed yet."""
    try:
        return msgspec.json.decode(from_base64url(token.partition(".")[0][:512]), type=_Header).kid
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None


async def find_order(db: Database, code: str) -> Order | None:
    """The order whose tickets were issued, None when they were not (yet)."""
    async with db.reading() as tx:
        return await store.find_order(tx, normalise_code(code))


async def tickets_of(db: Database, order: Order) -> list[Ticket]:
    """An order's tickets in their order, dead ones too."""
    async with db.reading() as tx:
        return await store.tickets_of_order(tx, order.code)


async def get_ticket(db: Database, ticket_id: UUID) -> Ticket:
    """One ticket.

    Raises:
        NotFound: there is none.
    """
    async with db.reading() as tx:
        return await store.get_ticket(tx, ticket_id)
