"""How the services of this machine are, seen from outside."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil

from brama import __version__
from brama.embedded.machine import Machine
from brama.embedded.ports import LOOPBACK


def read_status(machine: Machine) -> dict[str, Any]:
    """`{"services": [{"name", "pid", "state", "version", "backlog"}], "base_url"}`; empty before a start."""
    if not machine.status_file.exists():
        return {"services": [], "base_url": None}
    written = json.loads(machine.status_file.read_text("utf-8"))
    is_running = written["pid"] is not None and psutil.pid_exists(written["pid"])
    services = [process for process in written["processes"] if process["is_service"]]
    with ThreadPoolExecutor(max_workers=max(1, len(services))) as pool:
        found = pool.map(lambda process: _service(process, written["ports"], is_running), services)
        return {"services": list(found), "base_url": written["base_url"] if is_running else None}


def _service(process: dict[str, Any], ports: dict[str, int], is_running: bool) -> dict[str, Any]:
    name, pid = process["name"], process["pid"]
    entry = {"name": name, "pid": pid, "state": "stopped", "version": __version__, "backlog": None}
    if not is_running:
        return entry | {"pid": None}
    if pid is None or not psutil.pid_exists(pid):  # between a crash and the next start
        return entry | {"pid": None, "state": "failing"}
    answer = _readiness(ports[name])
    if answer is None:
        return entry | {"state": "starting"}
    counts = [answer[key] for key in ("unsent", "unheard")]
    backlog = None if None in counts else sum(counts)
    return entry | {"state": answer["state"], "version": answer["version"], "backlog": backlog}


def _readiness(port: int) -> dict[str, Any] | None:
    """What the service says of itself; None while it does not listen."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=3)
    try:
        connection.request("GET", "/health/ready")
        said: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    else:
        return said
    finally:
        connection.close()
