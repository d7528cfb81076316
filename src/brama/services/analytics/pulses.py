"""Bells of the events' figures: whoever streams a summary is woken when a fact was learned here."""

from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

from brama.kernel.streams import Bell


class Pulses:
    """One bell per event."""

    def __init__(self) -> None:
        self._bells: dict[UUID, Bell] = defaultdict(Bell)

    def ringer(self, event_id: UUID) -> Callable[[], None]:
        """What rings the event's bell, to be called after the commit."""

        def ring() -> None:
            if bell := self._bells.get(event_id):
                bell.ring()

        return ring

    async def wait(self, event_id: UUID, timeout_s: float) -> None:
        """Until the event's bell rings, or the time is over."""
        await self._bells[event_id].wait(timeout_s)
