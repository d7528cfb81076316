"""Bells of the events' feeds: whoever streams an event is woken by a commit, here or in another replica."""

from collections import defaultdict
from uuid import UUID

from brama.kernel.streams import Bell

POLL_S = 1.0


class Bells:
    """One bell per event that somebody listens to."""

    def __init__(self) -> None:
        self._bells: dict[str, Bell] = defaultdict(Bell)

    def ring(self, event_id: UUID | str) -> None:
        """Something was committed to the event's feed."""
        if bell := self._bells.get(str(event_id)):
            bell.ring()

    async def wait(self, event_id: UUID, timeout_s: float = POLL_S) -> None:
        """Until the event's bell rings; a ring that was missed costs one poll."""
        await self._bells[str(event_id)].wait(timeout_s)
