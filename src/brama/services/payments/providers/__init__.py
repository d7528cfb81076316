"""Payment providers by name; each implements `ports.PaymentProvider`."""

from brama.services.payments.config import PaymentsConfig
from brama.services.payments.ports import Providers
from brama.services.payments.providers.monobank import Monobank


def providers_of(config: PaymentsConfig) -> Providers:
    """Every provider that organisers can connect."""
    monobank = Monobank(config.monobank_url, timeout_s=config.provider_timeout_s)
    return {monobank.name: monobank}
