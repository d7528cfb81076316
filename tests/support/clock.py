"""A clock that tests can move."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Real time plus what the test has let pass."""

    def __init__(self) -> None:
        self._passed = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._passed

    def advance(self, **units: float) -> None:
        """Let time pass: `clock.advance(minutes=11)`."""
        self._passed += timedelta(**units)
