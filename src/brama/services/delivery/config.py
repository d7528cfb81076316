"""Settings of delivery."""

from typing import Literal

from brama.kernel.config import CommonConfig


class DeliveryConfig(CommonConfig, frozen=True, kw_only=True):
    """What delivery needs to know beside the common things."""

    smtp_host: str = "127.0.0.1"
    """The e-mail server that takes our messages."""
    smtp_port: int = 25
    """Its port."""
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    """How the connection is protected: not (this machine only), by STARTTLS, or from its first byte."""
    smtp_user: str = ""
    """Name to sign in with; empty signs in nowhere."""
    smtp_password: str = ""
    """Its password."""
    smtp_timeout_s: int = 20
    """How long the server may take for one answer, in seconds; for a whole message a little longer."""
    smtp_connections: int = 8
    """Connections to it at most, and so messages on their way at once."""
    from_address: str = "tickets@localhost"
    """The sender's address; the organiser's own address is where answers go."""
    give_up_after_h: int = 24
    """How long a message is tried while the server refuses it for now, in hours."""
