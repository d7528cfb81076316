"""Order codes: the event's number, then eight random characters: `0007-K2QX-91TD`."""

from typing import Final

from brama.kernel.ids import decode_number, encode_number, new_code, normalise_code

_RANDOM: Final = 8
_SHORT, _LONG = 4, 7  # base-32 digits of the event's number: 20 bits, or all 32


def new(event_number: int) -> str:
    """A fresh code that names its event's number, and so its shard; 40 random bits make it unguessable."""
    length = _SHORT if event_number < 32**_SHORT else _LONG
    return _grouped(encode_number(event_number, length) + new_code(_RANDOM))


def canonical(text: str) -> str | None:
    """A code as people type it → as it is kept; None when it cannot be one."""
    code = normalise_code(text)
    if len(code) not in (_SHORT + _RANDOM, _LONG + _RANDOM):
        return None
    try:
        decode_number(code)
    except ValueError:
        return None
    return _grouped(code)


def _grouped(code: str) -> str:
    return f"{code[:-8]}-{code[-8:-4]}-{code[-4:]}"
