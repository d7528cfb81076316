"""Settings of admission."""

from brama.kernel.config import CommonConfig


class AdmissionConfig(CommonConfig, frozen=True, kw_only=True):
    """What admission can be told."""

    entries_per_upload: int = 500
    """How many offline entries one request may bring."""
    clock_tolerance_s: int = 120
    """Seconds by which an offline scan may lie in the server's future before its clock is suspected."""
