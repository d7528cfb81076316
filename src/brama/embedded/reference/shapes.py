"""OpenAPI, which is for programs, put into words and shapes for people."""

from typing import Any, NamedTuple

from brama.kernel.openapi import Document

_DEEPEST = 6
_METHODS = ("get", "post", "put", "patch", "delete")
_WAYS = {
    "bearer": "Authorization: Bearer",
    "order_token": "X-Order-Token",
    "hold_token": "X-Hold-Token",
}


class Parameter(NamedTuple):
    """A parameter in path, query or header."""

    name: str
    place: str
    kind: str
    is_required: bool
    about: str


class Operation(NamedTuple):
    """A method at a path. `callers` are roles and `device`; `ways` the headers that prove who calls."""

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    ways: list[str]
    callers: list[str]
    parameters: list[Parameter]
    body: str
    answers: list[tuple[str, str]]


class Group(NamedTuple):
    """The operations of a service."""

    name: str
    about: str
    operations: list[Operation]


def groups_of(document: Document) -> list[Group]:
    """What the document says, by service; services without routes are left out."""
    groups = []
    for tag in document["tags"]:
        operations = [
            _operation(document, path, method, item[method])
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item and tag["name"] in item[method]["tags"]
        ]
        if operations:
            groups.append(Group(tag["name"], tag["description"], operations))
    return groups


def _operation(document: Document, path: str, method: str, found: Document) -> Operation:
    body = found.get("requestBody", {})
    return Operation(
        anchor=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=found["summary"],
        about=found.get("description", ""),
        ways=[_WAYS[scheme] for way in found.get("security", []) for scheme in way],
        callers=[role.replace("_", " ") for role in found.get("x-roles", [])],
        parameters=[_parameter(document, parameter) for parameter in found.get("parameters", [])],
        body=_content(document, body),
        answers=[
            (status, _content(document, answer))
            for status, answer in found["responses"].items()
            if status != "default"
        ],
    )


def _parameter(document: Document, found: Document) -> Parameter:
    return Parameter(
        name=found["name"],
        place=found["in"],
        kind=shape(document, found.get("schema", {})),
        is_required=bool(found.get("required")),
        about=found.get("description", ""),
    )


def _content(document: Document, holder: Document) -> str:
    for media_type, content in holder.get("content", {}).items():
        if "json" in media_type:
            return shape(document, content.get("schema", {}))
        return str(media_type)
    return ""


def shape(document: Document, schema: Document, depth: int = 0) -> str:
    """A schema as JSON with words in place of values: `{"minor": integer, "currency"?: text}`."""
    if "$ref" in schema:
        kind, name = schema["$ref"].rsplit("/", 2)[-2:]
        if depth >= _DEEPEST:
            return str(name)
        return shape(document, document["components"][kind][name], depth)
    if choices := schema.get("oneOf") or schema.get("anyOf"):
        return " | ".join(shape(document, choice, depth) for choice in choices)
    if "enum" in schema:
        return " | ".join(_word(value) for value in schema["enum"])
    if "const" in schema:
        return _word(schema["const"])
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        return _object(document, schema, depth)
    if kind == "object":
        value = schema.get("additionalProperties")
        return "{…: " + (shape(document, value, depth) if isinstance(value, dict) and value else "any") + "}"
    if kind == "array":
        return f"[{shape(document, schema.get('items', {}), depth)}]" + _bounds(schema)
    return _plain(kind, schema) + _bounds(schema)


def _object(document: Document, schema: Document, depth: int) -> str:
    required, indent = schema.get("required", []), "  " * (depth + 1)
    lines = [
        f'{indent}"{name}"{"" if name in required else "?"}: {shape(document, part, depth + 1)}'
        for name, part in schema["properties"].items()
    ]
    return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"


def _plain(kind: Any, schema: Document) -> str:
    if isinstance(kind, list):
        return " | ".join(_plain(one, schema) for one in kind)
    words = {"string": "text", "integer": "integer", "number": "number", "boolean": "true | false"}
    formats = {"uuid": "uuid", "date-time": "time", "date": "date", "uri": "address", "binary": "bytes"}
    return formats.get(schema.get("format", "")) or words.get(str(kind)) or str(kind or "any")


def _word(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _bounds(schema: Document) -> str:
    least = next((schema[key] for key in ("minimum", "minLength", "minItems") if key in schema), None)
    most = next((schema[key] for key in ("maximum", "maxLength", "maxItems") if key in schema), None)
    if least is None and most is None:
        return ""
    if least is None:
        return f" (≤ {most})"
    return f" (≥ {least})" if most is None else f" ({least} to {most})"
