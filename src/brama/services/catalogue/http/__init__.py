"""The catalogue's routes, and the only table of its statuses."""

from litestar.types import ControllerRouterHandler

from brama.kernel.problem import Problem
from brama.services.catalogue import errors
from brama.services.catalogue.http import events, parts, pictures, venues

PROBLEMS: dict[type[Problem], int] = {
    errors.EventNotFound: 404,
    errors.VenueNotFound: 404,
    errors.TicketTypeNotFound: 404,
    errors.CheckInListNotFound: 404,
    errors.GateNotFound: 404,
    errors.SlugTaken: 409,
    errors.EventIsCancelled: 409,
    errors.TooManyTicketTypes: 409,
    errors.LastOne: 409,
    errors.EntryRefused: 422,
    errors.PictureUnreadable: 422,
    errors.PictureTooLarge: 413,
    errors.CatalogueError: 400,
}

ROUTES: list[ControllerRouterHandler] = [*venues.ROUTES, *events.ROUTES, *parts.ROUTES, *pictures.ROUTES]
