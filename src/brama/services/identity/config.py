"""Identity's settings."""

from brama.kernel.config import CommonConfig


class IdentityConfig(CommonConfig, frozen=True, kw_only=True):
    """What identity needs beyond the common settings."""

    setup_code: str = ""
    """The administrator's secret for making organisers, 20 characters or more; empty: nobody can."""
    access_token_for_s: int = 300
    """Life of a person's access token, in seconds."""
    session_idle_s: int = 12 * 3600
    """A session that was not used for so long is over, in seconds."""
    session_total_s: int = 30 * 86400
    """A session is over after so long in any case, in seconds."""
    refresh_grace_s: int = 10
    """A cookie's refresh token works again for so long after its use, in seconds: tabs share it."""
    invitation_for_s: int = 72 * 3600
    """Life of an invitation, in seconds."""
    pairing_for_s: int = 600
    """Life of a pairing code, in seconds."""
    device_token_for_s: int = 86400
    """Life of a device's access token, in seconds."""
    device_skew_s: int = 300
    """How far a device's clock may be off when it asks for a token, in seconds either way."""
    failures_per_account: int = 10
    """Wrong passwords or codes for one account within the window, then it has to wait."""
    failures_per_address: int = 50
    """Wrong passwords or codes from one network address within the window; without effect in a drill."""
    failure_window_s: int = 900
    """The window of both limits, in seconds."""
    argon2_memory_kib: int = 65536
    """Memory of one password hash, in KiB."""
    argon2_passes: int = 3
    """Passes of one password hash."""
    key_signs_for_s: int = 90 * 86400
    """How long a key signs access tokens before its successor does, in seconds."""
    key_ahead_s: int = 7 * 86400
    """How long before its first use a successor is published, in seconds."""
