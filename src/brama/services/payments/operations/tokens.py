"""Order tokens: verified offline by the keys that sales published."""

import binascii
from typing import Annotated

import msgspec

from brama.kernel.keys import TrustedKeys
from brama.kernel.problem import NotFound
from brama.kernel.secrets import from_base64url
from brama.shared import order_token


class _Header(msgspec.Struct, frozen=True):
    kid: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]


async def read_order_token(trusted: TrustedKeys, token: str) -> order_token.OrderClaims:
    """What sales says about the order that this token opens.

    Raises:
        NotFound: the token is not one of sales' for an order, whatever is wrong with it.
    """
    key_id = _key_id_of(token)
    key = await trusted.get("sales", key_id) if key_id else None
    if key_id is None or key is None:
        raise NotFound()
    try:
        return order_token.read(token, {key_id: key}, "order")
    except order_token.BadToken:
        raise NotFound() from None


def _key_id_of(token: str) -> str | None:
    """The key that the token claims to be signed with; nothing is believed yet."""
    try:
        return msgspec.json.decode(from_base64url(token.partition(".")[0][:512]), type=_Header).kid
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None
