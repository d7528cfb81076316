"""Faults that a simulator plays on demand: named, counted, kept over a restart, set over HTTP."""

import uuid
from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler

from brama.simulators.given import Given
from brama.simulators.store import Document, Store


class Fault(Document):
    """`times` more occasions on which `name` happens; `params` refine it or narrow it to a subject."""

    name: str
    times: int
    params: dict[str, Any]


class Faults:
    """The faults waiting to happen. `known` says, per name, what it does and which params it takes."""

    def __init__(self, store: Store, known: dict[str, str]) -> None:
        self.known = known
        self._kept = store.collection("fault", Fault)
        self._waiting = list(reversed(self._kept.newest()))

    def add(self, name: str, times: int = 1, params: dict[str, Any] | None = None) -> Fault:
        """Let a fault happen on the next `times` occasions.

        Raises:
            KeyError: nothing of that name can be played here.
        """
        if name not in self.known:
            raise KeyError(name)
        fault = Fault(id=uuid.uuid4().hex, name=name, times=times, params=params or {})
        self._kept.add(fault)
        self._waiting.append(fault)
        return fault

    def take(self, name: str, **about: str | None) -> dict[str, Any] | None:
        """The fault's params if it happens now, else None; uses up one of its times.

        A param that is also named in `about` must have the same value: it narrows the fault to a subject.
        """
        for fault in self._waiting:
            if fault.name == name and all(
                fault.params.get(key, value) == value for key, value in about.items()
            ):
                self._use_up(fault)
                return fault.params
        return None

    def waiting(self) -> list[Fault]:
        return list(self._waiting)

    def clear(self) -> None:
        self._waiting.clear()
        self._kept.clear()

    def _use_up(self, fault: Fault) -> None:
        fault.times -= 1
        if fault.times > 0:
            self._kept.save(fault)
            return
        self._waiting.remove(fault)
        self._kept.delete(fault.id)


class FaultsAnswer(msgspec.Struct):
    """What waits to happen, and what could be asked for."""

    waiting: list[dict[str, Any]]
    known: dict[str, str]


def answer_of(faults: Faults) -> FaultsAnswer:
    waiting = [{"name": fault.name, "times": fault.times, **fault.params} for fault in faults.waiting()]
    return FaultsAnswer(waiting=waiting, known=faults.known)


@post("/control/faults", status_code=201)
async def add_fault(request: Request[Any, Any, Any], faults: Given[Faults]) -> FaultsAnswer:
    """`{"name", "times": 1, …params}`; 400 for a name that this simulator does not know."""
    asked = await request.json()
    if not isinstance(asked, dict) or asked.get("name") not in faults.known:
        raise ValidationException(f"name must be one of: {', '.join(sorted(faults.known))}")
    times = asked.get("times", 1)
    if not isinstance(times, int) or times < 1:
        raise ValidationException("times must be a whole number from 1")
    faults.add(
        asked["name"],
        times,
        {k: v for k, v in asked.items() if k not in ("name", "times")},
    )
    return answer_of(faults)


@get("/control/faults")
async def list_faults(faults: Given[Faults]) -> FaultsAnswer:
    return answer_of(faults)


@delete("/control/faults", status_code=200)
async def clear_faults(faults: Given[Faults]) -> FaultsAnswer:
    faults.clear()
    return answer_of(faults)


ROUTES: list[HTTPRouteHandler] = [add_fault, list_faults, clear_faults]
