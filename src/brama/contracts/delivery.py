"""What delivery says of its e-mails; never an address or a text."""

from uuid import UUID

from brama.kernel.facts import Fact, fact


class EmailFact(Fact, frozen=True, kw_only=True):
    """An e-mail: base of the facts below. The aggregate is the e-mail's id.

    `kind` is one of order_placed, tickets, refund, event_cancelled, invitation.
    """

    email_id: UUID
    kind: str
    order_code: str | None
    attempts: int


@fact("delivery.email.sent.v1")
class EmailSent(EmailFact, frozen=True, kw_only=True):
    """The e-mail server took the message."""


@fact("delivery.email.failed.v1")
class EmailFailed(EmailFact, frozen=True, kw_only=True):
    """The e-mail server refused for good, or the last attempt failed."""

    reason: str
