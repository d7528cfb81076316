"""What can be done in the catalogue: one function a verb, one transaction a call."""

from brama.services.catalogue.operations.events import (
    cancel_event,
    create_event,
    edit_event,
    list_events,
    publish_event,
    read_event,
)
from brama.services.catalogue.operations.organisers import (
    name_organisers,
    remember_organiser,
)
from brama.services.catalogue.operations.parts import (
    add_check_in_list,
    add_gate,
    add_ticket_type,
    edit_check_in_list,
    edit_gate,
    edit_ticket_type,
    remove_check_in_list,
    remove_gate,
    remove_ticket_type,
)
from brama.services.catalogue.operations.pictures import keep_picture
from brama.services.catalogue.operations.venues import (
    create_venue,
    edit_venue,
    list_venues,
    read_venue,
)

__all__ = [
    "add_check_in_list",
    "add_gate",
    "add_ticket_type",
    "cancel_event",
    "create_event",
    "create_venue",
    "edit_check_in_list",
    "edit_event",
    "edit_gate",
    "edit_ticket_type",
    "edit_venue",
    "keep_picture",
    "list_events",
    "list_venues",
    "name_organisers",
    "publish_event",
    "read_event",
    "read_venue",
    "remember_organiser",
    "remove_check_in_list",
    "remove_gate",
    "remove_ticket_type",
]
