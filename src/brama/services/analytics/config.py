"""Settings of analytics."""

from brama.kernel.config import CommonConfig


class AnalyticsConfig(CommonConfig, frozen=True, kw_only=True):
    """What analytics can be told: nothing of its own yet."""
