"""How many failures are borne before somebody has to wait: a sliding window."""

import math
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

import msgspec


def network_of(address: str) -> str:
    """What counts as one network address: of IPv6 the /64, which one household has as a whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((parsed, 64), strict=False))
    return address


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `failures` within `window_s` seconds for one subject of a kind, such as an address."""

    kind: str
    failures: int
    window_s: int

    def key(self, subject: str) -> bytes:
        """What stands for the subject at rest: no address of a person is kept for this."""
        return sha256(f"{self.kind}\0{subject}".encode()).digest()

    def since(self, now: datetime) -> datetime:
        """Failures before this are forgotten."""
        return now - timedelta(seconds=self.window_s)

    def wait_s(self, nth_latest_failure: datetime | None, *, now: datetime) -> int | None:
        """Whole seconds until the next attempt, None when it may be made now.

        `nth_latest_failure` is the failure that fills the limit, counted from the latest; None if there
        were fewer.
        """
        if nth_latest_failure is None or nth_latest_failure <= self.since(now):
            return None
        return math.ceil((nth_latest_failure + timedelta(seconds=self.window_s) - now).total_seconds())
