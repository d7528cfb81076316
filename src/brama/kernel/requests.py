"""How requests are read: JSON bodies strictly, in one pass; and by which names clients know parameters."""

from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.enums import RequestEncodingType
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import BodyKwarg, ParameterKwarg

from brama.kernel.problem import BodyUnreadable

BODY, NAMES = "body_decoder", "parameter_names"


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body becomes the handler's type at once, and exactly: `"1"` and 1.0 are no int.

    Paths and queries are text by nature: those are converted as the framework does it.
    """

    async def json(self) -> Any:
        """The body as the handler wants it.

        Raises:
            ValidationException: it is JSON, but not of that shape.
            BodyUnreadable: it is no JSON.
        """
        decoder = self.route_handler.opt.get(BODY)
        if decoder is None:
            return await super().json()
        try:
            return decoder.decode(await self.body())
        except msgspec.ValidationError as error:
            raise ValidationException(extra=[{"message": str(error), "source": "body"}]) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BodyUnreadable() from error


def prepare_reading(app: Litestar) -> None:
    """Give each handler the decoder of its body, and the names of its parameters as clients write them."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if isinstance(handler, HTTPRouteHandler):
                if decoder := _body_decoder(handler):
                    handler.opt[BODY] = decoder
                handler.opt[NAMES] = _names(handler)


def _body_decoder(handler: HTTPRouteHandler) -> Any:
    field = handler.parsed_data_field
    if field is None:
        return None
    body = field.kwarg_definition
    if isinstance(body, BodyKwarg) and body.media_type != RequestEncodingType.JSON:  # a form, an upload
        return None
    return msgspec.json.Decoder(field.annotation)


def _names(handler: HTTPRouteHandler) -> dict[str, str]:
    """Parameter of the function → name in the query, in the header."""
    names = {}
    for name, field in handler.parsed_fn_signature.parameters.items():
        given = field.kwarg_definition
        if isinstance(given, ParameterKwarg):
            names[name] = given.name or name
    return names
