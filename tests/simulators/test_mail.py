"""The mail catcher over real SMTP, sent by the standard library's own client."""

import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from tests.support.simulators import Simulator, running_simulator

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running_simulator("mail") as running:
        yield running


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.url, timeout=5, trust_env=False) as client:
        yield client
        client.delete("/messages").raise_for_status()
        client.delete("/control/faults").raise_for_status()


def a_message(to: str = "buyer@example.com", subject: str = "Ваші квитки") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Клуб <tickets@club.example>", f"Олена <{to}>", subject
    mail.set_content("Заходь.")
    mail.add_alternative('<h1>Заходь</h1><img src="cid:arch">', subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<arch>", disposition="inline")  # type: ignore[index, union-attr]
    mail.add_attachment(b"%PDF-1.7 ticket", maintype="application", subtype="pdf", filename="квиток.pdf")
    return mail


def send(simulator: Simulator, mail: EmailMessage, **more: list[str]) -> None:
    with smtplib.SMTP("127.0.0.1", simulator.ports["smtp"], timeout=5) as smtp:
        smtp.send_message(mail, **more)  # type: ignore[arg-type]


def fault(client: httpx.Client, name: str, **params: object) -> None:
    assert client.post("/control/faults", json={"name": name, **params}).status_code == 201


def test_a_message_comes_out_as_it_went_in(simulator: Simulator, client: httpx.Client) -> None:
    send(simulator, a_message())
    (item,) = client.get("/messages").json()["items"]
    assert (item["from"], item["to"], item["subject"]) == (
        "tickets@club.example",
        "buyer@example.com",
        "Ваші квитки",
    )
    assert item["text"].strip() == "Заходь."
    assert "<h1>Заходь</h1>" in item["html"]
    assert [(file["filename"], file["content_type"]) for file in item["attachments"]] == [
        ("part-0", "image/png"),
        ("квиток.pdf", "application/pdf"),
    ]
    pdf = client.get(item["attachments"][1]["url"])
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7 ticket", "application/pdf")
    whole = client.get(f"/messages/{item['id']}").json()
    assert ["To", "Олена <buyer@example.com>"] in whole["headers"]


def test_the_newest_is_first_and_a_recipient_can_be_asked_for(
    simulator: Simulator, client: httpx.Client
) -> None:
    for number, to in enumerate(["a@example.com", "b@example.com", "a@example.com"]):
        send(simulator, a_message(to, f"№{number}"))
    assert [item["subject"] for item in client.get("/messages").json()["items"]] == ["№2", "№1", "№0"]
    found = client.get("/messages", params={"to": "A@example.com"}).json()["items"]
    assert [item["subject"] for item in found] == ["№2", "№0"]
    page = client.get("/messages", params={"limit": 2}).json()
    rest = client.get("/messages", params={"limit": 2, "after": page["next"]}).json()
    assert ([item["subject"] for item in rest["items"]], rest["next"]) == (["№0"], None)


def test_a_blind_copy_is_seen_by_its_envelope(simulator: Simulator, client: httpx.Client) -> None:
    send(simulator, a_message(), to_addrs=["buyer@example.com", "archive@club.example"])
    (item,) = client.get("/messages", params={"to": "archive@club.example"}).json()["items"]
    assert item["to"] == "buyer@example.com, archive@club.example"


def test_the_inbox_shows_the_message_in_a_sandbox_without_scripts(
    simulator: Simulator, client: httpx.Client
) -> None:
    send(simulator, a_message(subject="<script>alert(1)</script>"))
    (item,) = client.get("/messages").json()["items"]
    page = client.get("/", params={"id": item["id"]}).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    shown = client.get(f"/messages/{item['id']}/html")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    picture = f"/messages/{item['id']}/attachments/0"
    assert f'src="{picture}"' in shown.text
    assert client.get(picture).content == PNG
    assert "Content-Type: multipart/" in client.get(f"/messages/{item['id']}/source").text


def test_a_recipient_can_be_refused_for_good(simulator: Simulator, client: httpx.Client) -> None:
    fault(client, "reject_recipient", to="gone@example.com", times=2)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(simulator, a_message("gone@example.com"))
    assert refused.value.recipients["gone@example.com"][0] == 550
    send(simulator, a_message("here@example.com"))
    assert len(client.get("/messages").json()["items"]) == 1


def test_a_message_can_be_refused_for_now(simulator: Simulator, client: httpx.Client) -> None:
    fault(client, "temporary_failure")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(simulator, a_message())
    assert refused.value.smtp_code == 451
    assert client.get("/messages").json()["items"] == []
    send(simulator, a_message())
    assert len(client.get("/messages").json()["items"]) == 1


@pytest.mark.parametrize(("name", "kept"), [("drop_connection", 0), ("timeout_after_accept", 1)])
def test_a_cut_connection_tells_the_sender_nothing(
    simulator: Simulator, client: httpx.Client, name: str, kept: int
) -> None:
    fault(client, name)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(simulator, a_message())
    assert len(client.get("/messages").json()["items"]) == kept


def test_a_slow_server_is_slow_once(simulator: Simulator, client: httpx.Client) -> None:
    fault(client, "slow", delay_s=0.5)
    took = []
    for _ in range(2):
        began = time.monotonic()
        send(simulator, a_message())
        took.append(time.monotonic() - began)
    assert took[0] >= 0.5 > took[1]


def test_caught_mail_survives_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "mail.sqlite"
    with running_simulator("mail", data=data) as first:
        send(first, a_message())
        with smtplib.SMTP("127.0.0.1", first.ports["smtp"], timeout=5):
            assert first.stop() < 1.0
    with running_simulator("mail", data=data) as second:
        items = httpx.get(f"{second.url}/messages", trust_env=False).json()["items"]
        assert [item["subject"] for item in items] == ["Ваші квитки"]
