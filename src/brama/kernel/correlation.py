"""What belongs together: the id that runs from the edge through every fact and log line to the e-mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from brama.kernel.ids import new_id

_correlation: ContextVar[str | None] = ContextVar("correlation", default=None)
_causation: ContextVar[UUID | None] = ContextVar("causation", default=None)


def correlation_id() -> str:
    """The id of the present chain of causes; a new one where none was given."""
    return _correlation.get() or str(new_id())


def causation_id() -> UUID | None:
    """The fact that is being heard, None outside."""
    return _causation.get()


@contextmanager
def correlated(correlation: str, causation: UUID | None = None) -> Iterator[None]:
    """Everything said and logged inside belongs to this chain."""
    first, second = _correlation.set(correlation), _causation.set(causation)
    try:
        yield
    finally:
        _correlation.reset(first)
        _causation.reset(second)
