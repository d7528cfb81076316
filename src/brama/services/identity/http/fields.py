"""Fields and readings that several routes share."""

from ipaddress import ip_address
from typing import Annotated, Any, TypeVar
from uuid import UUID

from litestar import Request
from litestar.params import QueryParameter
from msgspec import Meta

from brama.contracts.common import LocalText
from brama.kernel.access import Caller
from brama.kernel.problem import Unauthenticated

T = TypeVar("T")

Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@]+@[^@]+$")]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Code = Annotated[str, Meta(min_length=1, max_length=20)]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]


class Title(LocalText, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    uk: Name
    en: Annotated[str, Meta(max_length=120)] = ""


class PostalAddress(LocalText, frozen=True, forbid_unknown_fields=True):
    """An address in both languages."""

    uk: Annotated[str, Meta(max_length=300)]
    en: Annotated[str, Meta(max_length=300)] = ""


PageSize = Annotated[int, QueryParameter(name="limit", ge=1, le=200)]
DEFAULT_PAGE = 50


def client_address(request: Request[Any, Any, Any]) -> str:
    """Where the request comes from.

    Only a proxy beside us is believed, and only what it wrote itself: the last address of X-Forwarded-For.
    """
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded if forwarded and _is_beside(peer) else peer


def _is_beside(peer: str) -> bool:
    try:
        return ip_address(peer).is_private
    except ValueError:
        return False


def person(caller: Caller) -> UUID:
    """The id of the person who calls.

    Raises:
        Unauthenticated: a device calls, or nobody.
    """
    if caller.kind != "staff" or caller.id is None:
        raise Unauthenticated()
    return caller.id


def cut(items: list[T], limit: int) -> tuple[list[T], bool]:
    """`limit` items of one more that were asked for, and whether there are more."""
    return items[:limit], len(items) > limit
