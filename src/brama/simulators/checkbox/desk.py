"""Who is asking: registers and cashiers, signing in, and the token on every later call."""

import secrets

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from brama.simulators.checkbox import errors
from brama.simulators.checkbox.books import Books, new_uuid, utc_now
from brama.simulators.checkbox.documents import Cashier, Register, Session


class DefineRegister(msgspec.Struct):
    """A register to be; the same licence again changes its cashier's PIN, login and password."""

    license_key: str
    pin_code: str
    login: str | None = None
    password: str | None = None
    title: str = "Каса"
    address: str = "м. Київ, вул. Нижньоюрківська, 31"
    organisation: str = "ТОВ «КЛУБ»"
    edrpou: str = "40000001"


class Desk(msgspec.Struct):
    """A signed-in cashier, and the register of the call if one can be told."""

    session: Session
    cashier: Cashier
    register: Register | None

    def at_register(self) -> Register:
        """The register.

        Raises:
            ApiError: 401, no licence was given and the cashier has no register of their own.
        """
        if self.register is None:
            raise errors.wrong_license()
        return self.register


def define_register(books: Books, asked: DefineRegister) -> Register:
    """Make a register with its cashier, or change the credentials of the one with that licence."""
    known = books.registers.find("license_key", asked.license_key)
    cashier = books.cashiers.get(known[0].cashier_id) if known else None
    if cashier is None:
        cashier = Cashier(
            id=new_uuid(),
            full_name="Касир Тестовий",
            pin_code=None,
            login=None,
            password=None,
            created_at=utc_now(),
        )
    cashier.pin_code, cashier.login, cashier.password = asked.pin_code, asked.login, asked.password
    books.cashiers.save(cashier)
    if known:
        return known[0]
    register = Register(
        id=new_uuid(),
        license_key=asked.license_key,
        fiscal_number=f"40{books.registers.count() + 1:08d}",
        created_at=utc_now(),
        title=asked.title,
        address=asked.address,
        organisation=asked.organisation,
        edrpou=asked.edrpou,
        cashier_id=cashier.id,
    )
    books.registers.add(register)
    return register


def sign_in_by_pin(books: Books, *, license_key: str | None, pin_code: str) -> str:
    """A token for the cashier of that register.

    Raises:
        ApiError: 401 for the licence, 403 for the PIN.
    """
    if license_key is None:
        raise errors.wrong_license()
    register = books.licensed(license_key)
    cashier = books.cashiers.get(register.cashier_id)
    if cashier is None or not secrets.compare_digest((cashier.pin_code or "").encode(), pin_code.encode()):
        raise errors.wrong_credentials()
    return _token(books, cashier, license_key)


def sign_in_by_login(books: Books, *, login: str, password: str, license_key: str | None) -> str:
    """A token for the cashier of that name.

    Raises:
        ApiError: 403 for the name or the password.
    """
    for cashier in books.cashiers.find("login", login):
        if cashier.password is not None and secrets.compare_digest(
            cashier.password.encode(), password.encode()
        ):
            return _token(books, cashier, license_key)
    raise errors.wrong_credentials()


def signed_in(books: Books, *, authorization: str, license_key: str | None) -> Desk:
    """Who a token belongs to.

    Raises:
        ApiError: 401, the token or the licence is none of ours.
    """
    scheme, _, token = authorization.partition(" ")
    try:
        claims = jwt.decode(token, _key(books)).claims if scheme.lower() == "bearer" else {}
    except (JoseError, ValueError):
        raise errors.not_signed_in() from None
    session = books.sessions.get(str(claims.get("jti", "")))
    cashier = None if session is None else books.cashiers.get(session.cashier_id)
    if session is None or cashier is None:
        raise errors.not_signed_in()
    licence = license_key or session.license_key
    if licence is not None:
        return Desk(session=session, cashier=cashier, register=books.licensed(licence))
    own = books.registers.find("cashier_id", cashier.id)
    return Desk(session=session, cashier=cashier, register=own[0] if own else None)


def sign_out(books: Books, desk: Desk) -> None:
    books.sessions.delete(desk.session.id)


def _token(books: Books, cashier: Cashier, license_key: str | None) -> str:
    session = Session(id=new_uuid(), cashier_id=cashier.id, license_key=license_key)
    books.sessions.add(session)
    claims = {"sub": cashier.id, "jti": session.id, "nbf": 0, "type": "access"}
    return jwt.encode({"alg": "HS256"}, claims, _key(books))


def _key(books: Books) -> OctKey:
    return OctKey.import_key(books.store.setting("token_key", secrets.token_hex(32)))
