"""Settings of sales."""

from brama.kernel.config import CommonConfig


class SalesConfig(CommonConfig, frozen=True, kw_only=True):
    """What sales needs to know beside the common things."""

    hold_for_s: int = 600
    """How long places are held for a visitor who has not given a name yet, in seconds."""
    order_for_s: int = 900
    """How long an order waits for its money, in seconds from its placing."""
    payment_grace_s: int = 120
    """How long past its expiry an order keeps its places for a payment that is still open, in seconds."""
    hold_batch: int = 256
    """How many holds one commit takes at most."""
