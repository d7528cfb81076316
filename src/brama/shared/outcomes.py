"""The words with which a gate answers a scan, and the verdict that each of them gives."""

from enum import StrEnum


class Verdict(StrEnum):
    """What the inspector sees: a circle, a square or a triangle."""

    ADMIT = "admit"
    DENY = "deny"
    ASK = "ask"


class Outcome(StrEnum):
    """Why a gate answers as it does. The words are part of the API: add, never rename."""

    VALID = "valid"
    EXIT_OK = "exit_ok"
    MANUAL_OVERRIDE = "manual_override"
    PROVISIONAL_OFFLINE = "provisional_offline"

    NEEDS_ANSWERS = "needs_answers"
    EXCHANGE = "exchange"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_KEY = "unknown_key"
    STALE_ROTATION = "stale_rotation"
    CLOCK_UNSAFE = "clock_unsafe"

    ALREADY_IN = "already_in"
    UNPAID = "unpaid"
    UNAPPROVED = "unapproved"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    BLOCKED = "blocked"
    REVOKED = "revoked"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WRONG_PRODUCT = "wrong_product"
    WRONG_ZONE = "wrong_zone"
    WRONG_EVENT = "wrong_event"
    UNKNOWN = "unknown"
    COUNTERFEIT = "counterfeit"
    UNREADABLE = "unreadable"
    RULE = "rule"
    REENTRY_DENIED = "reentry_denied"
    CAPACITY = "capacity"
    SAME_CODE_JUST_SCANNED = "same_code_just_scanned"
    DEVICE_REVOKED = "device_revoked"

    @property
    def verdict(self) -> Verdict:
        """The verdict this outcome gives."""
        return VERDICTS[self]


VERDICTS: dict[Outcome, Verdict] = {
    Outcome.VALID: Verdict.ADMIT,
    Outcome.EXIT_OK: Verdict.ADMIT,
    Outcome.MANUAL_OVERRIDE: Verdict.ADMIT,
    # Admitted without a network on the ticket's own proof; reconciled later.
    Outcome.PROVISIONAL_OFFLINE: Verdict.ADMIT,
    # The inspector does one thing more: asks, exchanges, resyncs, waits for a fresh code.
    Outcome.NEEDS_ANSWERS: Verdict.ASK,
    Outcome.EXCHANGE: Verdict.ASK,
    Outcome.AMBIGUOUS: Verdict.ASK,
    # The device may merely be out of date: never accuse the guest of it.
    Outcome.UNKNOWN_KEY: Verdict.ASK,
    Outcome.STALE_ROTATION: Verdict.ASK,
    Outcome.CLOCK_UNSAFE: Verdict.ASK,
    Outcome.ALREADY_IN: Verdict.DENY,
    Outcome.UNPAID: Verdict.DENY,
    Outcome.UNAPPROVED: Verdict.DENY,
    Outcome.CANCELLED: Verdict.DENY,
    Outcome.REFUNDED: Verdict.DENY,
    Outcome.BLOCKED: Verdict.DENY,
    Outcome.REVOKED: Verdict.DENY,
    Outcome.NOT_YET: Verdict.DENY,
    Outcome.EXPIRED: Verdict.DENY,
    Outcome.WRONG_PRODUCT: Verdict.DENY,
    Outcome.WRONG_ZONE: Verdict.DENY,
    Outcome.WRONG_EVENT: Verdict.DENY,
    Outcome.UNKNOWN: Verdict.DENY,
    Outcome.COUNTERFEIT: Verdict.DENY,
    Outcome.UNREADABLE: Verdict.DENY,
    Outcome.RULE: Verdict.DENY,
    Outcome.REENTRY_DENIED: Verdict.DENY,
    Outcome.CAPACITY: Verdict.DENY,
    # Admits nobody, and is never drawn: the first verdict stays on the screen.
    Outcome.SAME_CODE_JUST_SCANNED: Verdict.DENY,
    Outcome.DEVICE_REVOKED: Verdict.DENY,
}
