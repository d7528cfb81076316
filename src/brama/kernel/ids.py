"""Identifiers: UUIDv7 for rows, short random codes for people."""

import os
import secrets
import time
from uuid import UUID

# Crockford's base 32: no I, L, O, U, so that a code read aloud survives.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# A letter that people type for one of the alphabet's.
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)


def new_code(length: int) -> str:
    """`length` random characters of 5 bits each, from the system's secure source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def encode_number(number: int, length: int) -> str:
    """A non-negative number in the alphabet, padded with zeros to `length` characters."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    if number:
        raise ValueError("the number does not fit into the length")
    return "".join(reversed(digits))


def decode_number(text: str) -> int:
    """The number behind `encode_number`.

    Raises:
        ValueError: a character is outside the alphabet.
    """
    number = 0
    for character in text:
        number = number * 32 + ALPHABET.index(character)
    return number


def normalise_code(text: str) -> str:
    """A code as people type it → as it is stored: capitals, no spaces or dashes, misread letters mended."""
    return text.upper().replace("-", "").replace(" ", "").translate(_MISREAD)
