"""A real HTTP server that notes what is POSTed to it: the other end of a webhook."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Call:
    """One POST as it came over the wire; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`status` is what the next calls are answered with."""

    url: str
    calls: list[Call] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"ok": true}'

    def wait_for(self, enough: Callable[[list[Call]], bool], within_s: float = 5.0) -> list[Call]:
        """The calls, once `enough` of them says so.

        Raises:
            AssertionError: it did not in time.
        """
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if enough(self.calls):
                return list(self.calls)
            time.sleep(0.01)
        raise AssertionError(f"after {within_s} s there are {len(self.calls)} calls: {self.calls}")

    def wait_for_calls(self, count: int, within_s: float = 5.0) -> list[Call]:
        return self.wait_for(lambda calls: len(calls) >= count, within_s)


@contextmanager
def webhook_receiver() -> Iterator[Receiver]:
    """Listens on a free port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.calls.append(Call(self.path, headers, body))
            self.send_response(receiver.status)
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, format: str, *args: object) -> None:
            """Silence: the calls are kept instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
