"""What publishing says."""

from uuid import UUID

from brama.kernel.facts import Fact, fact


@fact("publishing.page.published.v1")
class PagePublished(Fact, frozen=True, kw_only=True):
    """An event's public files stand at `event_version` of the catalogue. The aggregate is the event's id."""

    event_id: UUID
    event_version: int
    urls: list[str]
