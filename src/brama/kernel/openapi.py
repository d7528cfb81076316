"""The API described: each service's OpenAPI document with what only the kernel knows, and all merged."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from brama.kernel.access import ACCESS, BEARS, Access
from brama.kernel.idempotency import CREATES

Document = dict[str, Any]

_PREFIX = "#/components/"
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BEARER = "bearer"
_BEARER_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Access token of a person (`POST /api/identity/v1/sessions`) or of a paired gate device.",
}
_TOKENS = {
    "X-Order-Token": "Token of one order, given when it was placed.",
    "X-Hold-Token": "Token of one hold, given when it was made.",
}
_PROBLEM: Document = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457), in the language of Accept-Language (uk, en).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "correlation_id"],
    "properties": {
        "type": {"type": "string", "description": "Stable; ends in the problem's code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "correlation_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body; /query/name."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_DEFAULT_ANSWER: Document = {
    "description": "What went wrong.",
    "content": {"application/problem+json": {"schema": {"$ref": f"{_PREFIX}schemas/Problem"}}},
}
_KEY_HEADER: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A new one for each new request; the same one when the same request is repeated.",
}
_VERSION_HEADER: Document = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the version that is changed.",
}


def described(app: Litestar) -> Document:
    """The document of one service: its routes and shapes, who may call, keys and problems."""
    document: Document = app.openapi_schema.to_schema()
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if not isinstance(handler, HTTPRouteHandler):
                continue
            item = document["paths"].get(route.path_format, {})
            for method in handler.http_methods:
                if operation := item.get(str(method).lower()):
                    _complete(operation, handler)
    return document


def _complete(operation: Document, handler: HTTPRouteHandler) -> None:
    operation["summary"] = _CAPITAL.sub(" ", operation.get("summary", "")).capitalize()
    operation["responses"].pop("400", None)  # the framework's own; ours are problems
    operation["responses"]["default"] = _DEFAULT_ANSWER
    parameters = [p for p in operation.get("parameters", []) if p["name"] not in _TOKENS]
    if handler.opt.get(CREATES):
        parameters.append(_KEY_HEADER)
    if "if_match" in inspect.signature(handler.fn).parameters:
        parameters.append(_VERSION_HEADER)
    declared = {p["name"] for p in operation.get("parameters", []) if p["name"] in _TOKENS}
    tokens = declared | set(handler.opt.get(BEARS, ()))
    if parameters or "parameters" in operation:
        operation["parameters"] = parameters
    access: Access = handler.opt[ACCESS]
    operation["security"] = _security(access, tokens)
    if access.roles or access.device:
        operation["x-roles"] = sorted(access.roles) + (["device"] if access.device else [])


def _security(access: Access, tokens: set[str]) -> list[Document]:
    ways: list[Document] = [{scheme_of(token): []} for token in sorted(tokens)]
    if not access.public or access.roles:
        ways.append({_BEARER: []})
    return ways


def scheme_of(header: str) -> str:
    """`X-Order-Token` → `order_token`."""
    return header.removeprefix("X-").lower().replace("-", "_")


def merged(documents: Mapping[str, Document], *, version: str, abouts: Mapping[str, str]) -> Document:
    """The documents of services, by name, as one.

    Names of components and operations get the service's name in front, so that two services may use the same
    word for different things. `abouts` says in a sentence what a service is for.

    Raises:
        ValueError: two services claim one path.
    """
    whole: Document = {
        "openapi": "3.1.0",
        "info": {"title": "Brama", "version": version, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": abouts.get(name, "")} for name in documents],
        "paths": {},
        "components": {"schemas": {"Problem": _PROBLEM}, "securitySchemes": _schemes()},
    }
    for name, document in documents.items():
        for path, item in _prefixed(name, document.get("paths", {})).items():
            if path in whole["paths"]:
                raise ValueError(f"two services answer at {path}")
            whole["paths"][path] = {method: _tagged(name, item[method]) for method in sorted(item)}
        for kind, parts in document.get("components", {}).items():
            kept = whole["components"].setdefault(kind, {})
            kept |= {f"{name}.{part}": _prefixed(name, content) for part, content in parts.items()}
    return whole


def _schemes() -> Document:
    tokens = {
        scheme_of(header): {"type": "apiKey", "in": "header", "name": header, "description": words}
        for header, words in _TOKENS.items()
    }
    return {_BEARER: _BEARER_SCHEME, **tokens}


def _prefixed(service: str, node: Any) -> Any:
    """The same, with references to the service's own components under their new names."""
    if isinstance(node, dict):
        return {
            key: _reference(service, value) if key == "$ref" else _prefixed(service, value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_prefixed(service, value) for value in node]
    return node


def _reference(service: str, old: str) -> str:
    kind, _, name = old.removeprefix(_PREFIX).partition("/")
    return old if name == "Problem" else f"{_PREFIX}{kind}/{service}.{name}"


def _tagged(service: str, operation: Any) -> Any:
    if not isinstance(operation, dict) or "operationId" not in operation:
        return operation
    return {**operation, "tags": [service], "operationId": f"{service}.{operation['operationId']}"}
