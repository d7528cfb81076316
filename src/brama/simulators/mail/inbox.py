"""Caught messages and their sources, in the store."""

import time
import uuid
from datetime import UTC, datetime

from brama.simulators.mail.messages import Message, attachment_data, message_of
from brama.simulators.store import Store


class Inbox:
    """Everything caught; ids sort by time of arrival."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._messages = store.collection("message", Message)

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        message_id = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        message = message_of(message_id, sender=sender, recipients=recipients, raw=raw, received_at=now)
        with self._store.together():
            self._messages.add(message)
            self._store.put_file(message_id, raw)

    def newest(self, *, limit: int, to: str | None = None, after: str | None = None) -> list[Message]:
        """Newest first; `to` is a recipient's address, `after` the id of the last one already seen."""
        if to is None and after is None:
            return self._messages.newest(limit)
        wanted = None if to is None else to.strip().lower()
        return [
            message
            for message in self._messages.newest()
            if (after is None or message.id < after)
            and (wanted is None or wanted in (address.lower() for address in message.recipients))
        ][:limit]

    def get(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def source(self, message_id: str) -> bytes:
        return self._store.get_file(message_id) or b""

    def attachment(self, message_id: str, number: int) -> bytes:
        return attachment_data(self.source(message_id), number)

    def count(self) -> int:
        return self._messages.count()

    def clear(self) -> None:
        with self._store.together():
            self._messages.clear()
            self._store.clear_files()
