"""The settings of fiscal."""

from brama.kernel.config import CommonConfig


class FiscalConfig(CommonConfig, frozen=True, kw_only=True):
    """What fiscal needs to know beside the common settings."""

    checkbox_url: str = "https://api.checkbox.ua"
    """Base address of Checkbox, or of its simulator."""
    webhook_origin: str = ""
    """scheme://host[:port] under which the registrar reaches us; empty: the public origin."""
    provider_timeout_s: float = 10.0
    """Seconds a registrar may take for one call before its outcome counts as unknown."""
    requests_per_10s: int = 15
    """Calls in any 10 seconds that a new register is allowed unless its owner says otherwise."""
    lanes: int = 4
    """Registers that one process serves side by side."""
    silence_s: float = 5.0
    """Seconds without a webhook after which we ask what became of a receipt."""
    rotation_margin_s: int = 30
    """Seconds before 00:00 Kyiv time at which shifts are closed; sales wait until midnight."""
    shift_longest_h: int = 23
    """Hours after which a shift is closed whatever the time of day; the law says 24."""
    attempts: int = 3
    """How often a receipt that the registrar declines is tried before a person has to look."""
