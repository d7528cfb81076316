"""Every route says who may use it; every request that creates carries a key; what is public is listed."""

import pytest

from brama.kernel.access import ACCESS, Access
from brama.kernel.idempotency import CREATES
from brama.shared.roles import Role
from tests.architecture.parts import BUILT, handlers_of

ROUTES = [(method, path, handler) for name in BUILT for method, path, handler in handlers_of(name)]
NAMES = [f"{method} {path}" for method, path, _ in ROUTES]

# POSTs without an Idempotency-Key, and why repeating each is harmless.
WITHOUT_KEY = {
    # api.md: sign-in, pairing, redeem and scans need none.
    "POST /api/identity/v1/sessions": "each sign-in is a session of its own",
    "POST /api/identity/v1/sessions/refresh": "the refresh token itself works once",
    "POST /api/identity/v1/devices/pair": "the pairing code works once",
    "POST /api/identity/v1/devices/{device_id:uuid}/token": "a short-lived token for a signed challenge",
    "POST /api/admission/v1/redeem": "scan_id in the body: the same scan answers as before",
    "POST /api/admission/v1/scans": "scan_id of each entry",
    # Signed in or invited by something that works once, or a state that is set again to the same.
    "POST /api/identity/v1/invitations/accept": "the invitation works once",
    "POST /api/identity/v1/me/password": "sets a state",
    "POST /api/identity/v1/me/totp": "a new secret in place of the unconfirmed one",
    "POST /api/identity/v1/me/totp/confirm": "sets a state",
    "POST /api/catalogue/v1/events/{event_id:uuid}/publish": "a published event stays published",
    "POST /api/catalogue/v1/events/{event_id:uuid}/cancel": "a cancelled event stays cancelled",
    "POST /api/catalogue/v1/media": "content-addressed: the same picture is kept once",
    "POST /api/sales/v1/orders/{code:str}/cancel": "a cancelled order stays cancelled",
    "POST /api/sales/v1/tills/{till_id:uuid}/close": "a closed till stays closed",
    "POST /api/ticketing/v1/tickets/{ticket_id:uuid}/block": "sets a state",
    "POST /api/ticketing/v1/tickets/{ticket_id:uuid}/unblock": "sets a state",
    "POST /api/admission/v1/cases/{case_id:uuid}/resolve": "a resolved case stays resolved",
    "POST /api/fiscal/v1/registers/{register_id:uuid}/close_shift": "a closed shift stays closed",
    "POST /api/fiscal/v1/receipts/{receipt_id:uuid}/retry": "the receipt's own id goes to the registrar again",
    # Called by providers, who know no keys of ours.
    "POST /api/payments/v1/webhooks/{provider:str}/{account_id:uuid}": "it only makes us look",
    "POST /api/fiscal/v1/webhooks/{provider:str}/{register_id:uuid}": "it only makes us look",
}
# Routes without a signed-in caller, and what protects each instead.
PUBLIC = {
    "POST /api/identity/v1/setup": "the setup code of the installation",
    "POST /api/identity/v1/sessions": "e-mail and password, limited attempts",
    "POST /api/identity/v1/sessions/refresh": "refresh token or cookie with CSRF header",
    "GET /api/identity/v1/invitations/by-token": "the invitation's token",
    "POST /api/identity/v1/invitations/accept": "the invitation's token",
    "POST /api/identity/v1/devices/pair": "the pairing code",
    "POST /api/identity/v1/devices/{device_id:uuid}/token": "a signature by the device's key",
    "GET /api/identity/v1/keys": "public keys are public",
    "POST /api/sales/v1/holds": "the public shop",
    "GET /api/sales/v1/holds/{hold_id:uuid}": "the hold's token",
    "DELETE /api/sales/v1/holds/{hold_id:uuid}": "the hold's token",
    "POST /api/sales/v1/orders": "the hold's token",
    "GET /api/sales/v1/orders/{code:str}": "the order's token, or staff",
    "POST /api/sales/v1/orders/{code:str}/cancel": "the order's token, or staff",
    "POST /api/payments/v1/payments": "the order's token",
    "GET /api/payments/v1/payments/{payment_id:uuid}": "the order's token",
    "POST /api/payments/v1/webhooks/{provider:str}/{account_id:uuid}": "believed in nothing: the bank is asked",
    "POST /api/fiscal/v1/webhooks/{provider:str}/{register_id:uuid}": "the registrar's signature, then asked",
    "GET /api/ticketing/v1/orders/{code:str}/tickets": "the order's token",
    "GET /api/ticketing/v1/orders/{code:str}/tickets.pdf": "the order's token",
    "GET /api/ticketing/v1/orders/{code:str}/event.ics": "the order's token",
    "GET /api/ticketing/v1/tickets/{file:str}": "the ticket's own token",
    "GET /api/ticketing/v1/tickets/{ticket_id:uuid}/qr.svg": "the ticket's own token",
}


@pytest.mark.parametrize(("method", "path", "handler"), ROUTES, ids=NAMES)
def test_a_route_says_who_may_use_it(method: str, path: str, handler: object) -> None:
    access = handler.opt.get(ACCESS)  # type: ignore[attr-defined]
    assert isinstance(access, Access)
    assert access.public or access.signed_in or access.roles or access.device, "nobody may use it"
    assert access.roles <= {str(role) for role in Role}, "a role that nobody can have"
    if access.public:
        assert f"{method} {path}" in PUBLIC, "public without a word on what protects it"


@pytest.mark.parametrize(
    ("method", "path", "handler"),
    [route for route in ROUTES if route[0] == "POST"],
    ids=[name for name in NAMES if name.startswith("POST ")],
)
def test_a_post_requires_an_idempotency_key(method: str, path: str, handler: object) -> None:
    has_key = handler.opt.get(CREATES) is not None  # type: ignore[attr-defined]
    assert has_key != (f"{method} {path}" in WITHOUT_KEY)


def test_the_lists_name_routes_that_exist() -> None:
    services = {f"/api/{name}/" for name in BUILT}
    listed = {name for name in {*WITHOUT_KEY, *PUBLIC} if any(prefix in name for prefix in services)}
    assert not listed - set(NAMES)


@pytest.mark.parametrize(("method", "path", "handler"), ROUTES, ids=NAMES)
def test_a_route_tells_readers_of_the_api_what_it_does(method: str, path: str, handler: object) -> None:
    words = (handler.fn.__doc__ or "").strip()  # type: ignore[attr-defined]
    assert len(words.split()) >= 2
