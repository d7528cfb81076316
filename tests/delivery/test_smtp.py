"""The SMTP provider against a server that wants a name and protects the line."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from brama.services.delivery.ports import Parcel, TryLater
from brama.services.delivery.providers.smtp import SmtpPost, SmtpServer
from tests.support.simulators import free_port

# The test's server asks for a password without TLS, and says that it should not.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

PARCEL = Parcel("tickets@brama.example", "guest@example.org", b"Subject: x\r\n\r\n.dot\r\n")


class Keeper:
    """Keeps what arrives, and how many lines brought it."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.lines: set[int] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        self.lines.add(id(session))
        return "250 OK"


def signs_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"brama", b"right")
    return AuthResult(success=is_known)


@asynccontextmanager
async def serving(keeper: Keeper, **options: Any) -> AsyncIterator[int]:
    """A server on a free port."""
    port, lines = free_port(), []

    def line() -> SMTP:
        lines.append(SMTP(keeper, hostname="mail.example", **options))
        return lines[-1]

    server = await asyncio.get_running_loop().create_server(line, "127.0.0.1", port)
    try:
        yield port
    finally:
        server.close()
        for each in lines:
            if each.transport is not None:
                each.transport.close()
        await server.wait_closed()
        await asyncio.sleep(0.05)  # the transports' own last turn


def post(port: int, **change: Any) -> SmtpPost:
    settings: dict[str, Any] = {
        "host": "127.0.0.1", "port": port, "tls": "none", "user": "", "password": "", "timeout_s": 5,
    }  # fmt: skip
    return SmtpPost(SmtpServer(**{**settings, **change}))


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_it_signs_in_and_keeps_the_line_for_the_next() -> None:
    keeper = Keeper()
    options = {"authenticator": signs_in, "auth_required": True, "auth_require_tls": False}
    async with serving(keeper, **options) as port:
        carrier = post(port, user="brama", password="right")
        for _ in range(3):
            await carrier.send(PARCEL)
        await carrier.close()
    assert keeper.contents == [PARCEL.message] * 3
    assert len(keeper.lines) == 1


async def test_our_own_password_refused_loses_nothing() -> None:
    keeper = Keeper()
    options = {"authenticator": signs_in, "auth_required": True, "auth_require_tls": False}
    async with serving(keeper, **options) as port:
        for carrier in (post(port, user="brama", password="wrong"), post(port)):
            with pytest.raises(TryLater):
                await carrier.send(PARCEL)
    assert keeper.contents == []


async def test_nothing_is_sent_in_the_clear_when_starttls_is_asked_for() -> None:
    keeper = Keeper()
    async with serving(keeper) as port:
        with pytest.raises(TryLater):
            await post(port, tls="starttls").send(PARCEL)
    assert keeper.contents == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    keeper = Keeper()
    async with serving(keeper, tls_context=certificate(tmp_path)) as port:
        with pytest.raises(TryLater):
            await post(port, tls="starttls").send(PARCEL)
    assert keeper.contents == []


async def test_a_server_that_is_away_is_tried_later() -> None:
    with pytest.raises(TryLater) as caught:
        await post(free_port()).send(PARCEL)
    assert caught.value.code == "unreachable"
