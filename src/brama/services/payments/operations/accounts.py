"""Merchant accounts: where an organiser's money goes."""

import hashlib
from uuid import UUID

import msgspec

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.ids import new_id
from brama.kernel.problem import IdempotencyConflict
from brama.services.payments import facts, store
from brama.services.payments.domain import MerchantAccount
from brama.services.payments.errors import MerchantTokenRefused, ProviderUnavailable
from brama.services.payments.operations.desk import Desk, secret_context
from brama.services.payments.ports import OutcomeUnknown, PaymentProvider, Refused, Unavailable


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What connects an organiser with a provider; the token is sealed and never shown again."""

    organiser_id: UUID
    provider: str
    token: str
    name: str


class Connected(msgspec.Struct, frozen=True):
    """An account; `is_replayed` when this key had connected it before."""

    account: MerchantAccount
    is_replayed: bool


async def connect_account(desk: Desk, caller: Caller, asked: NewAccount, *, key: str) -> Connected:
    """Connect an organiser with a provider, once per idempotency key.

    The token is proven by asking the provider for its public key.

    Raises:
        NotFound, Forbidden: not the caller's organiser, or not with this role.
        ProviderUnknown: there is no such provider.
        MerchantTokenRefused: the provider does not know the token.
        ProviderUnavailable: the provider cannot be asked now.
        MerchantAccountExists: the organiser has an active account there.
    """
    caller.within(asked.organiser_id)
    provider = desk.provider(asked.provider)
    scope, body_hash = (
        f"merchant_accounts:{caller.principal}",
        hashlib.sha256(msgspec.json.encode(asked)).digest(),
    )
    public_key = await _proven(provider, asked.token)
    account_id, now = new_id(), desk.clock.now()
    sealed = desk.sealer.seal(asked.token.encode(), secret_context(account_id))
    async with desk.db.transaction() as tx:
        if not await store.add_request_key(tx, scope, key, body_hash, account_id, now):
            used = await store.lock_request_key(tx, scope, key)
            if used.body_hash != body_hash:
                raise IdempotencyConflict()
            return Connected(await store.get_account(tx, used.subject_id), is_replayed=True)
        await store.add_account(
            tx, account_id, asked.organiser_id, asked.provider, asked.name, sealed, public_key, now
        )
        account = await store.get_account(tx, account_id)
        await outbox.say(tx, facts.action(caller, account, "merchant_account.connected", now))
    return Connected(account, is_replayed=False)


async def _proven(provider: PaymentProvider, token: str) -> str:
    try:
        return await provider.public_key(token)
    except Refused:
        raise MerchantTokenRefused() from None
    except Unavailable as error:
        raise ProviderUnavailable(retry_after_s=error.retry_after_s) from None
    except OutcomeUnknown:
        raise ProviderUnavailable(retry_after_s=5) from None


async def list_accounts(
    desk: Desk, organiser_ids: list[UUID], *, after: UUID | None, limit: int
) -> list[MerchantAccount]:
    """Accounts of organisers, the newest first, disabled ones too."""
    async with desk.db.reading() as tx:
        return await store.accounts_of_organisers(tx, organiser_ids, after, limit)


async def disconnect_account(desk: Desk, caller: Caller, account_id: UUID) -> None:
    """Take no new payments through an account; what is under way and refunds go on with it. Repeatable.

    Raises:
        NotFound, Forbidden: not the caller's organiser, or not with this role.
    """
    async with desk.db.transaction() as tx:
        account = await store.lock_account(tx, account_id)
        caller.within(account.organiser_id)
        if not account.is_active:
            return
        now = desk.clock.now()
        await store.disable_account(tx, account_id, now)
        account = await store.get_account(tx, account_id)
        await outbox.say(tx, facts.action(caller, account, "merchant_account.disconnected", now))
