"""What identity refuses; the docstring is the message."""

from brama.kernel.problem import Problem


class IdentityError(Problem):
    """Identity refused the request."""


class SetupRefused(IdentityError):
    """The setup code is wrong."""


class SlugTaken(IdentityError):
    """Another organiser has this short name already."""


class EmailTaken(IdentityError):
    """An account with this address came to be just now."""


class EmailInvalid(IdentityError):
    """This is not an e-mail address."""


class WrongSecret(IdentityError):
    """A secret was guessed wrongly: base of what counts against the limits of attempts."""


class CredentialsInvalid(WrongSecret):
    """The e-mail, the password or the code is wrong."""


class TotpRequired(IdentityError):
    """The code of the authenticator app is needed too."""


class AccessWithdrawn(IdentityError):
    """This person has no role at any organiser."""


class SessionEnded(IdentityError):
    """The session has ended; sign in again."""


class SessionNotFound(IdentityError):
    """There is no such session."""


class CsrfRefused(IdentityError):
    """The request did not come from this site's own pages."""


class PasswordLength(IdentityError):
    """The password is too short or too long."""


class PasswordCommon(IdentityError):
    """The password is too easy to guess."""


class PasswordWrong(WrongSecret):
    """The current password is wrong."""


class TotpAlreadyOn(IdentityError):
    """Signing in asks for a code already."""


class TotpNotBegun(IdentityError):
    """There is no authenticator app to confirm."""


class TotpCodeWrong(WrongSecret):
    """The code is wrong, or was used already."""


class StaffNotFound(IdentityError):
    """There is no such person at this organiser."""


class LastOwner(IdentityError):
    """An organiser needs at least one owner."""


class AlreadyStaff(IdentityError):
    """This person works for the organiser already."""


class InvitationNotFound(IdentityError):
    """There is no such invitation."""


class InvitationEnded(IdentityError):
    """The invitation has expired, was withdrawn or was used."""


class PasswordMissing(IdentityError):
    """A new account needs a password."""


class EventNotFound(IdentityError):
    """There is no such event."""


class EventsOfSeveralOrganisers(IdentityError):
    """A device works for one organiser only."""


class GateNotFound(IdentityError):
    """There is no such gate at these events."""


class DeviceNotFound(IdentityError):
    """There is no such device."""


class PairingCodeInvalid(WrongSecret):
    """The pairing code is wrong, used or expired."""


class PublicKeyInvalid(IdentityError):
    """The public key must be 32 bytes of Ed25519 in base64url."""


class DeviceRevoked(IdentityError):
    """The device lost its rights."""


class DeviceProofInvalid(IdentityError):
    """The device did not prove who it is."""
