"""Access tokens as identity would sign them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from brama.kernel.clock import Clock
from brama.kernel.ids import new_id
from brama.kernel.keys import KeyPair
from brama.kernel.tokens import AccessClaims, TokenGrant, expiry, sign
from tests.support.keys import IDENTITY_KEY


def staff(
    clock: Clock, organiser_id: UUID, role: str, *, staff_id: UUID | None = None, name: str = "Оксана",
    version: int = 1, life_s: float = 300, key: KeyPair = IDENTITY_KEY,
) -> dict[str, str]:  # fmt: skip
    """Headers of a person with one role."""
    issued, expires = expiry(clock.now(), timedelta(seconds=life_s))
    grants = [TokenGrant(organiser_id, role)]
    claims = AccessClaims(
        kind="staff", sub=staff_id or new_id(), name=name, av=version, grants=grants, iat=issued, exp=expires
    )
    return bearer(sign(claims, key))


def device(clock: Clock, organiser_id: UUID, *, device_id: UUID | None = None) -> dict[str, str]:
    """Headers of a gate device."""
    issued, expires = expiry(clock.now(), timedelta(minutes=5))
    claims = AccessClaims(
        kind="device", sub=device_id or new_id(), name="Північ 1", organiser_id=organiser_id,
        gate_ids=[new_id()], iat=issued, exp=expires,
    )  # fmt: skip
    return bearer(sign(claims, IDENTITY_KEY))


def bearer(token: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
