"""What the catalogue's routes share: who may read and write, and faults put into words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from brama.kernel.access import Caller, allow
from brama.kernel.problem import FieldError, ValidationFailed
from brama.kernel.texts import Texts
from brama.services.catalogue.domain import Fault
from brama.services.catalogue.errors import EntryRefused
from brama.shared.roles import Role

READERS = allow(*Role)
WRITERS = allow(Role.OWNER, Role.MANAGER)

Limit = Annotated[int, QueryParameter(ge=1, le=200)]

_texts = Texts.of("brama.services.catalogue")


def in_words(faults: list[Fault], locale: str) -> list[FieldError]:
    """Faults as the reader of `locale` understands them."""
    return [
        FieldError(fault.pointer, _texts(f"field.{fault.code}", locale=locale, **fault.facts))
        for fault in faults
    ]


@contextmanager
def answered_in(locale: str) -> Iterator[None]:
    """Let what an operation refuses be told in the reader's language.

    Raises:
        ValidationFailed: in place of EntryRefused.
    """
    try:
        yield
    except EntryRefused as refused:
        raise ValidationFailed(in_words(refused.faults, locale)) from refused


def organisers_asked_for(caller: Caller, organiser_id: UUID | None) -> list[UUID]:
    """The one asked for, else all of the caller's.

    Raises:
        NotFound: the caller has nothing to do with it.
    """
    if organiser_id is None:
        return caller.organisers()
    caller.within(organiser_id)
    return [organiser_id]
