"""Which passwords are refused. Length is the rule, a list catches what is long and common all the same."""

from brama.services.identity import errors
from brama.services.identity.domain.common_passwords import COMMON_PASSWORDS

MIN_LENGTH = 10
MAX_LENGTH = 256  # bounds the work of hashing
_MIN_DISTINCT = 4


def ensure_acceptable(password: str, *, email: str) -> None:
    """Check a new password.

    Raises:
        PasswordLength: fewer than `MIN_LENGTH` characters, or more than `MAX_LENGTH`.
        PasswordCommon: attackers try it first, or it is the e-mail address.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise errors.PasswordLength(min_length=MIN_LENGTH, max_length=MAX_LENGTH)
    folded = password.casefold()
    is_address = folded in {email.casefold(), email.split("@", 1)[0].casefold()}
    if folded in COMMON_PASSWORDS or len(set(folded)) < _MIN_DISTINCT or is_address:
        raise errors.PasswordCommon()
