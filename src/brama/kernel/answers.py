"""Problems as answers: `application/problem+json` (RFC 9457) in the reader's language."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    SerializationException,
    ValidationException,
)

from brama.kernel import problem as p
from brama.kernel.correlation import correlation_id
from brama.kernel.database import UNREACHABLE, is_unstorable
from brama.kernel.log import get_logger
from brama.kernel.requests import NAMES
from brama.kernel.texts import Texts

log = get_logger()
PROBLEM_JSON = "application/problem+json"

KERNEL_PROBLEMS: dict[type[p.Problem], int] = {
    p.NotFound: 404,
    p.Forbidden: 403,
    p.Unauthenticated: 401,
    p.ValidationFailed: 422,
    p.VersionConflict: 412,
    p.PreconditionRequired: 428,
    p.IdempotencyKeyRequired: 400,
    p.IdempotencyConflict: 422,
    p.TooManyRequests: 429,
    p.Unavailable: 503,
    p.BodyUnreadable: 400,
    p.BodyTooLarge: 413,
    p.MethodNotAllowed: 405,
    p.InternalError: 500,
}
_PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]+)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>[^`]+)`$")
_BOUNDS = re.compile(r"^Expected `[^`]+` (?P<length>of length )?(?P<bounds>(<=|>=|<|>) .+)$")
_EXPECTED = re.compile(r"^Expected `(?P<expected>[^`]+)`, got")
_NOT_GIVEN = re.compile(r"^Missing required (?P<source>\w+) parameter '(?P<name>[^']+)'")


def locale_of(header: str) -> str:
    """`uk` or `en`, whichever an Accept-Language header prefers; Ukrainian where it says neither."""
    best, chosen = 0.0, "uk"
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if language in ("uk", "en") and weight > best:
            best, chosen = weight, language
    return chosen


class Answers:
    """Turns what is raised into problems, with the status table of a service."""

    def __init__(self, texts: Texts, statuses: dict[type[p.Problem], int]) -> None:
        self._texts, self._kernel = texts, Texts.of("brama.kernel")
        self._statuses = {**KERNEL_PROBLEMS, **statuses}

    def handler(self, request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        """Litestar's exception handler for everything."""
        locale = locale_of(request.headers.get("accept-language", ""))
        problem = self.as_problem(error, locale, _names(request))
        if isinstance(problem, p.InternalError):
            log.error("request.failed", path=request.url.path, exc_info=error)
        return self.answer(problem, locale)

    def answer(self, problem: p.Problem, locale: str) -> Response[bytes]:
        """A problem as a response."""
        status = self.status(problem)
        body: dict[str, Any] = {
            "type": f"/problems/{problem.code}",
            "title": self._words(problem, "title", locale),
            "status": status,
            "detail": self._words(problem, "detail", locale),
            "correlation_id": correlation_id(),
        }
        for name in problem.PUBLIC:
            body[name] = problem.facts.get(name)
        if isinstance(problem, p.ValidationFailed):
            body["errors"] = problem.errors
        headers = {"Content-Language": locale, "Cache-Control": "no-store"}
        if status in (429, 503):
            headers["Retry-After"] = str(problem.facts.get("retry_after_s", 1))
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return Response(
            msgspec.json.encode(body), status_code=status, media_type=PROBLEM_JSON, headers=headers
        )

    def status(self, problem: p.Problem) -> int:
        """The status of a problem or of the nearest class above it that has one."""
        for kind in type(problem).__mro__:
            if kind in self._statuses:
                return self._statuses[kind]
        return 500

    def _words(self, problem: p.Problem, part: str, locale: str) -> str:
        for kind in type(problem).__mro__:
            code = getattr(kind, "code", None)
            for texts in (self._texts, self._kernel):
                found = code and texts.find(f"problem.{code}.{part}", locale=locale, **problem.facts)
                if found:
                    return str(found)
        return str(problem)

    def as_problem(self, error: Exception, locale: str, names: Mapping[str, str]) -> p.Problem:
        """What went wrong, in our words; `names` are the parameters' as clients write them."""
        match error:
            case p.Problem():
                return error
            case ValidationException():
                return p.ValidationFailed(self._fields(error, locale, names))
            case NotFoundException():
                return p.NotFound()
            case MethodNotAllowedException():
                return p.MethodNotAllowed()
            case SerializationException():
                return p.BodyUnreadable()
            case HTTPException(status_code=413):
                return p.BodyTooLarge()
            case HTTPException(status_code=status) if 400 <= status < 500:
                return p.BodyUnreadable()
        if isinstance(error, UNREACHABLE):
            return p.Unavailable()
        if is_unstorable(error):
            return p.ValidationFailed([p.FieldError("", self._kernel("field.invalid", locale=locale))])
        return p.InternalError()

    def _fields(
        self, error: ValidationException, locale: str, names: Mapping[str, str]
    ) -> list[p.FieldError]:
        errors = []
        for item in error.extra if isinstance(error.extra, list) else []:
            text, key = str(item.get("message", "")), str(item.get("key", ""))
            pointer, detail = self._field(text, locale)
            if (source := item.get("source", "query")) != "body":
                pointer = f"/{getattr(source, 'value', source)}/{names.get(key, key)}"
            elif text == "'data'":  # the framework's way to say that there is no body
                pointer, detail = "", self._kernel("field.missing", locale=locale)
            errors.append(p.FieldError(pointer, detail))
        if missing := _NOT_GIVEN.match(error.detail):
            pointer = f"/{missing['source']}/{missing['name']}"
            errors.append(p.FieldError(pointer, self._kernel("field.missing", locale=locale)))
        return errors or [p.FieldError("", self._kernel("field.invalid", locale=locale))]

    def _field(self, message: str, locale: str) -> tuple[str, str]:
        """msgspec's English → a JSON pointer and words for the reader."""
        parts = _PATH.match(message)
        text, path = (parts["message"], parts["path"]) if parts else (message, None)
        pointer = pointer_of(path or "$")
        for pattern, key in ((_MISSING, "field.missing"), (_UNKNOWN, "field.unknown")):
            if found := pattern.match(text):
                return f"{pointer}/{found['name']}", self._kernel(key, locale=locale)
        if found := _BOUNDS.match(text):
            key = "field.wrong_length" if found["length"] else "field.out_of_bounds"
            bounds = found["bounds"].replace("<=", "≤").replace(">=", "≥")
            return pointer, self._kernel(key, locale=locale, bounds=bounds)
        if (found := _EXPECTED.match(text)) and (expected := self._types(found["expected"], locale)):
            return pointer, self._kernel("field.wrong_type", locale=locale, expected=expected)
        return pointer, self._kernel("field.invalid", locale=locale)

    def _types(self, expected: str, locale: str) -> str | None:
        """msgspec's `int | null` in words; None if one of the types has no word."""
        words = [self._kernel.find(f"type.{each}", locale=locale) for each in expected.split(" | ")]
        known = [word for word in words if word]
        return self._kernel("type.or", locale=locale).join(known) if len(known) == len(words) else None


def _names(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    handler = request.scope.get("route_handler")  # there is none where no route was found
    names: Mapping[str, str] = handler.opt.get(NAMES, {}) if handler else {}
    return names


def pointer_of(path: str) -> str:
    """msgspec's `$.lines[0].quantity` → `/lines/0/quantity`; the root of the body is ``."""
    path = path.removeprefix("$")
    return re.sub(r"\.|\[(\d+|\.\.\.)\]", lambda m: f"/{m[1]}" if m[1] else "/", path)
