"""What can go wrong in the catalogue."""

from brama.kernel.problem import NotFound, Problem
from brama.services.catalogue.domain.rules import Fault


class CatalogueError(Problem):
    """Something is wrong in the catalogue."""


class EntryRefused(CatalogueError):
    """Some fields are not right; `errors` names them. Answered as the kernel's `validation_failed`."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


class EventNotFound(NotFound, CatalogueError):
    """There is no such event, or it is not yours to see."""


class VenueNotFound(NotFound, CatalogueError):
    """There is no such venue, or it is not yours to see."""


class TicketTypeNotFound(NotFound, CatalogueError):
    """The event has no such ticket type."""


class CheckInListNotFound(NotFound, CatalogueError):
    """The event has no such check-in list."""


class GateNotFound(NotFound, CatalogueError):
    """The event has no such gate."""


class SlugTaken(CatalogueError):
    """Another event has this address."""


class EventIsCancelled(CatalogueError):
    """The event is cancelled and does not change any more."""


class TooManyTicketTypes(CatalogueError):
    """An event has 255 ticket types at most, archived ones included."""


class LastOne(CatalogueError):
    """A public event keeps at least one of these."""


class PictureUnreadable(CatalogueError):
    """The file is not a JPEG, PNG or WebP picture."""


class PictureTooLarge(CatalogueError):
    """The picture is too large."""

    PUBLIC = ("max_bytes", "max_pixels")
