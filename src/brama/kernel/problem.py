"""Problems: what can go wrong for the caller, told in the reader's language as RFC 9457.

The class's docstring is the English message; its code is the class's name in snake case.
"""

import re
from typing import Any, ClassVar

import msgspec

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field; `pointer` is a JSON pointer into the body (RFC 6901)."""

    pointer: str
    detail: str


class Problem(Exception):
    """Something is wrong.

    Keyword arguments are the facts of the case: the translated text may name them, and those listed in
    `PUBLIC` are answered as members of the problem.
    """

    code: ClassVar[str] = "problem"
    PUBLIC: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = _WORD.sub("_", cls.__name__).lower()

    def __init__(self, **facts: Any) -> None:
        super().__init__((self.__doc__ or self.code).strip().splitlines()[0])
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None


class NotFound(Problem):
    """There is nothing here, or it is not yours to see."""


class Forbidden(Problem):
    """Your role does not allow this."""


class Unauthenticated(Problem):
    """Sign in first."""


class ValidationFailed(Problem):
    """Some fields are not right; `errors` names them."""

    def __init__(self, errors: list[FieldError], **facts: Any) -> None:
        super().__init__(**facts)
        self.errors = errors


class VersionConflict(Problem):
    """Somebody changed this meanwhile; `current` is the version that stands now."""

    PUBLIC = ("current",)


class PreconditionRequired(Problem):
    """Say which version you change, in the header If-Match."""


class IdempotencyKeyRequired(Problem):
    """The header Idempotency-Key is missing or longer than 200 characters."""


class IdempotencyConflict(Problem):
    """This Idempotency-Key was used for another request."""


class TooManyRequests(Problem):
    """Too many attempts; wait `retry_after_s` seconds."""

    PUBLIC = ("retry_after_s",)


class Unavailable(Problem):
    """This part is catching its breath; try again in a moment."""


class BodyUnreadable(Problem):
    """The body is not valid JSON."""


class MethodNotAllowed(Problem):
    """This address does not take that method."""


class BodyTooLarge(Problem):
    """The body is too large."""


class InternalError(Problem):
    """Something broke on our side; it is written down and will be looked at."""
