"""Codes of an authenticator app (RFC 6238): six digits, 30 seconds, SHA-1."""

import hmac
from datetime import datetime

import pyotp

STEP_S = 30
_TOLERATED_STEPS = (0, -1, 1)  # a phone's clock may be half a minute off either way


def accepted_step(secret: str, code: str, *, now: datetime, last_step: int) -> int | None:
    """The step that `code` stands for; None if it is wrong, or if its step or a later one was used before.

    `secret` is base 32.
    """
    present = int(now.timestamp()) // STEP_S
    generator = pyotp.TOTP(secret)
    given = code.replace(" ", "")
    for offset in _TOLERATED_STEPS:
        step = present + offset
        is_right = hmac.compare_digest(generator.generate_otp(step).encode(), given.encode())
        if is_right and step > last_step:
            return step
    return None


def enrolment_uri(secret: str, *, email: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)
