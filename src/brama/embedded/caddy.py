"""Caddy from its wheel: the one public origin, in front of files and services."""

import base64
import hashlib
import json
import os
import re
import socket
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from brama.embedded.ports import LOOPBACK, accepts_connections
from brama.embedded.programs import find_program, run_in_foreground

APPS = ("admin", "checkin")
_INLINE_SCRIPT = re.compile(
    rb"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE
)
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "media-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class CaddyfileInvalid(Exception):
    """Caddy refuses its configuration; the message is Caddy's."""


@dataclass(frozen=True)
class Lan:
    """Serve the local network over HTTPS, with certificates of Caddy's own authority."""

    host: str
    """The machine's address or name as a phone types it."""
    address: str
    """The network address to listen on."""


@dataclass(frozen=True)
class _Problem:
    """What the edge itself answers below /api, in the manner of the services (RFC 9457)."""

    code: str
    status: int
    answers_for: Sequence[int]
    titles: Mapping[str, str]
    details: Mapping[str, str]
    retry_after_s: int | None = None

    def body(self, locale: str) -> str:
        content = {
            "type": f"/problems/{self.code}",
            "status": self.status,
            "title": self.titles[locale],
            "detail": self.details[locale],
        }
        return json.dumps(content, ensure_ascii=False)


_PROBLEMS = (
    _Problem(
        code="service_unavailable",
        status=503,
        answers_for=[502, 503, 504],
        titles={"uk": "Сервіс саме перезапускається", "en": "The service is restarting"},
        details={
            "uk": "Спробуйте ще раз за кілька секунд: нічого не втрачено.",
            "en": "Try again in a few seconds: nothing is lost.",
        },
        retry_after_s=2,
    ),
    _Problem(
        code="body_too_large",
        status=413,
        answers_for=[413],
        titles={"uk": "Завеликий запит", "en": "The request is too large"},
        details={"uk": "Найбільше можна надіслати 12 МБ.", "en": "At most 12 MB can be sent."},
    ),
    _Problem(
        code="not_found",
        status=404,
        answers_for=[404],
        titles={"uk": "Такої адреси немає", "en": "There is no such address"},
        details={"uk": "Перевірте шлях запиту.", "en": "Check the path of the request."},
    ),
)


@dataclass(frozen=True)
class Caddy:
    """The edge: what it serves, where it listens, and its process."""

    folder: Path
    """Its own files: configuration, keys of its authority."""
    port: int
    site: Path
    """The static site: pages, data, assets and the built apps."""
    media: Path
    """Public blobs."""
    services: Mapping[str, int]
    """Name → port on loopback."""
    log: Path
    lan: Lan | None = None
    twins: Sequence[int] = field(default=())
    """Ports of simulators that the local network must reach too (with `lan` only)."""

    @property
    def origin(self) -> str:
        """The one public origin, without a slash at the end."""
        return f"https://{self.lan.host}:{self.port}" if self.lan else f"http://localhost:{self.port}"

    def caddyfile(self) -> str:
        """The configuration as text."""
        template = files(__package__).joinpath("Caddyfile.j2").read_text(encoding="utf-8")
        environment = Environment(  # noqa: S701 - this is no HTML
            trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, keep_trailing_newline=True
        )
        return environment.from_string(template).render(
            port=self.port,
            origin=self.origin,
            tls=self.lan,
            sites=self._sites(),
            bind=self._bind(),
            storage=self.folder,
            site=self.site,
            media=self.media,
            loopback=LOOPBACK,
            policy=_policy(),
            services=[{"name": name, "port": port} for name, port in self.services.items()],
            apps=[{"name": name, "policy": _app_policy(self.site / name)} for name in APPS],
            twins=self.twins if self.lan else (),
            problems=[
                {
                    "code": problem.code,
                    "status": problem.status,
                    "answers_for": list(problem.answers_for),
                    "retry_after_s": problem.retry_after_s,
                    "ukrainian": problem.body("uk"),
                    "english": problem.body("en"),
                }
                for problem in _PROBLEMS
            ],
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Validate the configuration, then start Caddy in the foreground; it stops when this process dies.

        Raises:
            CaddyfileInvalid: `caddy run` would have exited without a word.
        """
        config = self._validated_config()
        return run_in_foreground(
            [find_program("caddy"), "run", "--config", config, "--adapter", "caddyfile"],
            log=self.log,
            environment=self._environment(),
        )

    def is_ready(self) -> bool:
        """Whether the public port answers, with a certificate where it needs one."""
        if not self.lan:
            return accepts_connections(self.port)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with socket.create_connection((self.lan.address, self.port), timeout=1) as plain:
                context.wrap_socket(plain, server_hostname=self.lan.host).close()
        except OSError:
            return False
        return True

    def _validated_config(self) -> Path:
        for folder in (self.folder, self.site, self.media):
            folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        path = self.folder / "Caddyfile"
        path.write_text(self.caddyfile(), encoding="utf-8")
        checked = subprocess.run(  # noqa: S603 - our own program and arguments
            [find_program("caddy"), "validate", "--config", path, "--adapter", "caddyfile"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=self._environment(),
        )
        if checked.returncode != 0:
            raise CaddyfileInvalid(checked.stderr.strip().splitlines()[-1])
        return path

    def _environment(self) -> dict[str, str]:
        home = str(self.folder)
        return {"PATH": os.defpath, "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}

    def _sites(self) -> list[str]:
        if self.lan:
            return [f"https://{self.lan.host}:{self.port}", f"https://localhost:{self.port}"]
        return [f"http://{host}:{self.port}" for host in ("localhost", LOOPBACK, "[::1]")]

    def _bind(self) -> list[str]:
        own = [self.lan.address] if self.lan else []
        return [*own, LOOPBACK, *(["[::1]"] if _has_ipv6_loopback() else [])]


def _has_ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _policy(**extra: str) -> str:
    """The Content-Security-Policy, with `extra` sources added to directives (`script_src="…"`)."""
    additions = {name.replace("_", "-"): sources for name, sources in extra.items() if sources}
    return "; ".join(
        f"{name} {sources} {additions.get(name, '')}".strip() for name, sources in _POLICY.items()
    )


def _app_policy(app: Path) -> str:
    """The policy of a built app: the inline scripts in its index.html are allowed by hash."""
    index = app / "index.html"
    if not index.exists():
        return _policy()
    return _policy(script_src=" ".join(inline_script_hashes(index.read_bytes())))


def inline_script_hashes(html: bytes) -> list[str]:
    """The CSP sources of scripts that stand in `html` itself; data blocks and `src` need none."""
    found = []
    for script in _INLINE_SCRIPT.finditer(html):
        attributes = script["attributes"].lower()
        is_code = b"type=" not in attributes or b"module" in attributes or b"javascript" in attributes
        if is_code and b"src=" not in attributes:
            digest = base64.b64encode(hashlib.sha256(script["text"]).digest()).decode()
            found.append(f"'sha256-{digest}'")
    return found
