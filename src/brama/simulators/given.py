"""What handlers are given by the names of their parameters."""

from typing import Any, TypeAlias, TypeVar

from litestar.di import NamedDependency, Provide

T = TypeVar("T")
Given: TypeAlias = NamedDependency[T]


def given(**parts: Any) -> dict[str, Provide]:
    """Dependencies that handlers receive by these names."""

    def giving(part: Any) -> Provide:
        return Provide(lambda: part, sync_to_thread=False)

    return {name: giving(part) for name, part in parts.items()}
