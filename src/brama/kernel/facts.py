"""Facts: what a service says has happened, and how it travels."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeVar
from uuid import UUID

import msgspec

from brama.kernel.ids import new_id


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened to one aggregate; the base of every contract.

    `aggregate_version` grows with each change of the aggregate: deliveries may be reordered, and a
    projection applies only a newer version.
    """

    SUBJECT: ClassVar[str]

    aggregate_id: str
    aggregate_version: int
    occurred_at: datetime
    organiser_id: UUID | None = None
    event_number: int | None = None
    # The fact's own id, by which outbox and inbox know it. Not `event_id`: most contracts use that name for
    # the event that tickets are sold for, which would make all its facts look like one.
    fact_id: UUID = msgspec.field(default_factory=new_id)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A fact on its way: the fact itself with what relates it to others."""

    subject: str
    correlation_id: str
    causation_id: UUID | None
    fact: msgspec.Raw


F = TypeVar("F", bound=Fact)

FACTS: dict[str, type[Fact]] = {}


def fact(subject: str) -> Callable[[type[F]], type[F]]:
    """Name the subject under which a fact is said: `service.aggregate.verb.vN`."""

    def register(cls: type[F]) -> type[F]:
        if subject in FACTS:
            raise ValueError(f"two facts are said under {subject}")
        FACTS[subject] = cls
        cls.SUBJECT = subject
        return cls

    return register


def speaker_of(subject: str) -> str:
    """The service that says facts under this subject."""
    return subject.split(".", 1)[0]
