"""What was caught: as JSON for programs, as an inbox for people."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter

from brama.simulators.given import Given
from brama.simulators.mail.inbox import Inbox
from brama.simulators.mail.messages import Attachment, Message, html_to_show
from brama.simulators.runtime import html, language, templates

TEMPLATES = templates("brama.simulators.mail")
WORDS = {
    "uk": {
        "inbox": "Пошта",
        "empty": "Листів ще немає",
        "choose": "Оберіть лист",
        "all": "Усі листи",
        "to": "Кому",
        "source": "Джерело",
        "simulated": "Нікуди не надсилається",
    },
    "en": {
        "inbox": "Mail",
        "empty": "No mail yet",
        "choose": "Choose a message",
        "all": "All mail",
        "to": "To",
        "source": "Source",
        "simulated": "Delivered nowhere",
    },
}
# A caught page may show pictures and its own styles; it runs nothing and posts nothing.
CAUGHT_PAGE_POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src * data:; sandbox allow-popups allow-popups-to-escape-sandbox"  # noqa: E501


class AttachmentView(msgspec.Struct):
    filename: str
    content_type: str
    url: str
    size: int


class MessageView(msgspec.Struct, rename={"sender": "from"}):
    """`to` holds the envelope's recipients, with commas between several."""

    id: str
    sender: str
    to: str
    subject: str
    received_at: str
    html: str | None
    text: str | None
    attachments: list[AttachmentView]


class WholeMessageView(MessageView):
    headers: list[tuple[str, str]]


class Page(msgspec.Struct):
    """Newest first; `next` goes into `?after=`."""

    items: list[MessageView]
    next: str | None


def fields(message: Message, base_url: str) -> dict[str, Any]:
    return {
        "id": message.id,
        "sender": message.sender,
        "to": ", ".join(message.recipients),
        "subject": message.subject,
        "received_at": message.received_at,
        "html": message.html,
        "text": message.text,
        "attachments": [_attachment(message, file, base_url) for file in message.attachments],
    }


def _attachment(message: Message, file: Attachment, base_url: str) -> AttachmentView:
    url = f"{base_url}/messages/{message.id}/attachments/{file.number}"
    return AttachmentView(file.filename, file.content_type, url, file.size)


def found(inbox: Inbox, message_id: str) -> Message:
    message = inbox.get(message_id)
    if message is None:
        raise NotFoundException("no such message")
    return message


@get("/messages")
async def messages(
    inbox: Given[Inbox],
    base_url: Given[str],
    to: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=5000)] = 500,
    after: FromQuery[str | None] = None,
) -> Page:
    listed = inbox.newest(limit=limit + 1, to=to, after=after)
    items = [MessageView(**fields(message, base_url)) for message in listed[:limit]]
    return Page(items=items, next=items[-1].id if len(listed) > limit else None)


@get("/messages/{message_id:str}")
async def message_json(
    inbox: Given[Inbox], base_url: Given[str], message_id: FromPath[str]
) -> WholeMessageView:
    message = found(inbox, message_id)
    return WholeMessageView(**fields(message, base_url), headers=message.headers)


@get("/messages/{message_id:str}/html")
async def message_html(inbox: Given[Inbox], message_id: FromPath[str]) -> Response[str]:
    """The HTML as its reader sees it, or the plain text when there is none."""
    message = found(inbox, message_id)
    page = html_to_show(message, base=f"/messages/{message_id}")
    if page is None:
        page = TEMPLATES.from_string("<pre style='white-space:pre-wrap'>{{ text }}</pre>").render(
            text=message.text
        )
    return html(page, content_security_policy=CAUGHT_PAGE_POLICY)


@get("/messages/{message_id:str}/source")
async def message_source(inbox: Given[Inbox], message_id: FromPath[str]) -> Response[bytes]:
    found(inbox, message_id)
    return Response(inbox.source(message_id), media_type="text/plain; charset=utf-8")


@get("/messages/{message_id:str}/attachments/{number:int}")
async def attachment(
    inbox: Given[Inbox], message_id: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    message = found(inbox, message_id)
    file = next((file for file in message.attachments if file.number == number), None)
    if file is None:
        raise NotFoundException("no such attachment")
    name = file.filename.encode("ascii", "replace").decode().replace('"', "'")
    headers = {
        "content-disposition": f'inline; filename="{name}"',
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox",
    }
    return Response(inbox.attachment(message_id, number), media_type=file.content_type, headers=headers)


@delete("/messages", status_code=204)
async def clear(inbox: Given[Inbox]) -> None:
    inbox.clear()


@get("/")
async def inbox_page(
    request: Request[Any, Any, Any],
    inbox: Given[Inbox],
    chosen: Annotated[str | None, QueryParameter(name="id")] = None,
    to: FromQuery[str | None] = None,
) -> Response[str]:
    lang = language(request)
    text = TEMPLATES.get_template("inbox.html").render(
        messages=inbox.newest(limit=200, to=to),
        chosen=None if chosen is None else inbox.get(chosen),
        count=inbox.count(),
        to=to,
        words=WORDS[lang],
        lang=lang,
    )
    return html(text, cache_control="no-store")


ROUTES = [messages, message_json, message_html, message_source, attachment, clear, inbox_page]
