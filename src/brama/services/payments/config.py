"""The settings of payments."""

from brama.kernel.config import CommonConfig


class PaymentsConfig(CommonConfig, frozen=True, kw_only=True):
    """What payments needs to know beside the common settings."""

    webhook_origin: str = ""
    """scheme://host[:port] under which the provider reaches us; empty: the public origin."""
    monobank_url: str = "https://api.monobank.ua"
    """Base address of monobank's merchant API, or of its simulator."""
    provider_timeout_s: float = 10.0
    """Seconds a provider may take for one call before its outcome counts as unknown."""
    validity_margin_s: int = 20
    """Seconds before the order's expiry at which the provider stops taking money for it."""
    validity_shortest_s: int = 30
    """Seconds that a buyer must have at the provider's page; with less left the order is not payable."""
    validity_longest_s: int = 3600
    """Seconds that an invoice stays payable at most."""
    public_key_pause_s: int = 30
    """Seconds between two fetches of a provider's public key, however many signatures fail."""
    reconciled_at_hour: int = 4
    """Hour of the day, in the zone below, at which the nightly comparison with the provider is made."""
    reconciled_zone: str = "Europe/Kyiv"
    """IANA name of that zone."""
    reconciled_days: int = 3
    """Days back that the nightly comparison with the provider covers."""
