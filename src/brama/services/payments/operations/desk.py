"""What every operation of payments works with."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.keys import TrustedKeys
from brama.kernel.secrets import Sealer
from brama.services.payments.config import PaymentsConfig
from brama.services.payments.domain import MerchantAccount
from brama.services.payments.errors import ProviderUnknown
from brama.services.payments.ports import PaymentProvider, Providers

# How long a claimed row is kept from other processes; several times what a provider's call may take.
LEASE = timedelta(seconds=60)
BATCH = 10


def _nobody() -> None:
    """Nobody is to be woken."""


@dataclass
class Desk:
    """The tools, and the workers to wake once a transaction has left something for them."""

    db: Database
    clock: Clock
    sealer: Sealer
    trusted: TrustedKeys
    providers: Providers
    config: PaymentsConfig
    wake_webhooks: Callable[[], None] = _nobody
    wake_refunds: Callable[[], None] = _nobody
    wake_closing: Callable[[], None] = _nobody
    wake_reconciling: Callable[[], None] = _nobody

    def provider(self, name: str) -> PaymentProvider:
        """The provider of that name.

        Raises:
            ProviderUnknown: there is none.
        """
        try:
            return self.providers[name]
        except KeyError:
            raise ProviderUnknown(provider=name) from None

    def secret_of(self, account: MerchantAccount) -> str:
        """The merchant's token, unsealed."""
        return self.sealer.open(account.secret, secret_context(account.id)).decode()


async def each(jobs: Iterable[Awaitable[object]]) -> None:
    """Do all jobs side by side to their end, then raise what failed: one cannot hold up the rest."""
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup("several jobs failed", failures)


def secret_context(account_id: object) -> str:
    """Where a merchant's token is sealed to."""
    return f"merchant_account:{account_id}"
