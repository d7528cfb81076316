"""A message as it came, taken apart. Pure: bytes in, structs out."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import msgspec

from brama.simulators.store import Document

CID = re.compile(r"""(["'(])cid:([^"')\s]+)""")


class Attachment(msgspec.Struct):
    """`number` is its place among the parts of the message; `cid` when the HTML refers to it."""

    number: int
    filename: str
    content_type: str
    size: int
    cid: str | None = None


class Message(Document):
    """`recipients` are the envelope's, so a Bcc is seen too; addresses are bare."""

    sender: str
    recipients: list[str]
    subject: str
    received_at: str
    html: str | None
    text: str | None
    headers: list[tuple[str, str]]
    attachments: list[Attachment]


def parsed(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def message_of(
    message_id: str, *, sender: str, recipients: list[str], raw: bytes, received_at: str
) -> Message:
    mail = parsed(raw)
    return Message(
        id=message_id,
        sender=sender,
        recipients=recipients,
        subject=str(mail.get("subject", "")),
        received_at=received_at,
        html=_body(mail, "html"),
        text=_body(mail, "plain"),
        headers=[(name, str(value)) for name, value in mail.items()],
        attachments=[_attachment(number, part) for number, part in enumerate(_files(mail))],
    )


def attachment_data(raw: bytes, number: int) -> bytes:
    return _bytes(_files(parsed(raw))[number])


def html_to_show(message: Message, *, base: str) -> str | None:
    """The HTML with its inline pictures reachable under `base`, and links that open outside the frame."""
    if message.html is None:
        return None
    numbers = {file.cid: file.number for file in message.attachments if file.cid}

    def link(found: re.Match[str]) -> str:
        number = numbers.get(found[2])
        return found[0] if number is None else f"{found[1]}{base}/attachments/{number}"

    return f'<base target="_blank">{CID.sub(link, message.html)}'


def _body(mail: EmailMessage, subtype: str) -> str | None:
    part = mail.get_body((subtype,))
    return None if part is None else str(part.get_content())


def _files(mail: EmailMessage) -> list[EmailMessage]:
    """Leaf parts that are not the message's own text."""
    bodies = [mail.get_body((subtype,)) for subtype in ("html", "plain")]
    return [
        part
        for part in mail.walk()
        if isinstance(part, EmailMessage) and not part.is_multipart() and all(part is not b for b in bodies)
    ]


def _attachment(number: int, part: EmailMessage) -> Attachment:
    cid = part.get("content-id")
    return Attachment(
        number=number,
        filename=part.get_filename() or f"part-{number}",
        content_type=part.get_content_type(),
        size=len(_bytes(part)),
        cid=None if cid is None else str(cid).strip().strip("<>"),
    )


def _bytes(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
