"""Base45 (RFC 9285): bytes as text that a QR code stores in its dense alphanumeric mode.

Strict: a text that `encode` cannot have made is refused, so that one value has one text.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DIGIT = {letter: digit for digit, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """The text of `data`: three letters for two bytes, two for an odd last one."""
    letters: list[str] = []
    for at in range(0, len(data) - 1, 2):
        rest, low = divmod(data[at] * 256 + data[at + 1], 45)
        high, middle = divmod(rest, 45)
        letters += ALPHABET[low], ALPHABET[middle], ALPHABET[high]
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        letters += ALPHABET[low], ALPHABET[high]
    return "".join(letters)


def decode(text: str) -> bytes | None:
    """The bytes of `text`, or None when it is no base45. Never raises, never trims, never folds case."""
    digits = [_DIGIT.get(letter, -1) for letter in text]
    if -1 in digits or len(digits) % 3 == 1:
        return None
    data = bytearray()
    for at in range(0, len(digits), 3):
        group = digits[at : at + 3]
        size = len(group) - 1
        value = sum(digit * 45**place for place, digit in enumerate(group))
        if value >= 256**size:
            return None
        data += value.to_bytes(size, "big")
    return bytes(data)
