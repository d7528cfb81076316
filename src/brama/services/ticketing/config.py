"""Settings of ticketing."""

from brama.kernel.config import CommonConfig


class TicketingConfig(CommonConfig, frozen=True, kw_only=True):
    """What ticketing needs to know beside the common things."""

    link_for_s: int = 600
    """How long the link to a PDF in an answer works without the order's token, in seconds."""
    print_batch: int = 16
    """How many orders' PDFs one round of the printer takes at most."""
