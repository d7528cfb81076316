"""What publishing does: hears, marks, writes, rebuilds."""

from brama.services.publishing.operations.hearing import hear_availability, hear_event, hear_organiser
from brama.services.publishing.operations.rebuilding import mark_turned, rebuild_if_needed
from brama.services.publishing.operations.writing import Press, write_next

__all__ = [
    "Press",
    "hear_availability",
    "hear_event",
    "hear_organiser",
    "mark_turned",
    "rebuild_if_needed",
    "write_next",
]
