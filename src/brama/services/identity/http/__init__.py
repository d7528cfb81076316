"""Identity's routes, and the only table of its statuses."""

from litestar.types import ControllerRouterHandler

from brama.kernel.problem import Problem
from brama.services.identity import errors
from brama.services.identity.http import audit, devices, invitations, keys, me, organisers, sessions, staff

ROUTES: list[ControllerRouterHandler] = [
    *organisers.ROUTES,
    *sessions.ROUTES,
    *me.ROUTES,
    *invitations.ROUTES,
    *staff.ROUTES,
    *devices.ROUTES,
    *audit.ROUTES,
    *keys.ROUTES,
]

PROBLEMS: dict[type[Problem], int] = {
    errors.SetupRefused: 403,
    errors.SlugTaken: 409,
    errors.EmailTaken: 409,
    errors.EmailInvalid: 422,
    errors.CredentialsInvalid: 401,
    errors.TotpRequired: 401,
    errors.AccessWithdrawn: 403,
    errors.SessionEnded: 401,
    errors.SessionNotFound: 404,
    errors.CsrfRefused: 403,
    errors.PasswordLength: 422,
    errors.PasswordCommon: 422,
    errors.PasswordMissing: 422,
    errors.PasswordWrong: 422,
    errors.TotpAlreadyOn: 409,
    errors.TotpNotBegun: 409,
    errors.TotpCodeWrong: 422,
    errors.StaffNotFound: 404,
    errors.LastOwner: 409,
    errors.AlreadyStaff: 409,
    errors.InvitationNotFound: 404,
    errors.InvitationEnded: 410,
    errors.EventNotFound: 404,
    errors.EventsOfSeveralOrganisers: 422,
    errors.GateNotFound: 422,
    errors.DeviceNotFound: 404,
    errors.PairingCodeInvalid: 422,
    errors.PublicKeyInvalid: 422,
    errors.DeviceProofInvalid: 401,
    errors.DeviceRevoked: 403,
}
