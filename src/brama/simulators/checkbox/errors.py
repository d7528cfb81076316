"""The API's errors: `{code, message, detail?}` with the statuses that Checkbox gives them."""

from typing import Any


class ApiError(Exception):
    """Anything the API refuses."""

    def __init__(
        self, status: int, code: str, message: str, detail: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.detail = status, code, message, detail


def invalid(*loc: str | int, message: str, kind: str = "value_error") -> ApiError:
    """422 with the place of the mistake, as `detail: [{loc, msg, type}]`."""
    detail = [{"loc": ["body", *loc], "msg": message, "type": kind}]
    return ApiError(422, "validation.custom", "Validation error", detail)


def wrong_credentials() -> ApiError:
    return ApiError(403, "cashier.invalid_credentials", "Невірний логін або пароль")


def not_signed_in() -> ApiError:
    return ApiError(401, "base.credentials", "Не вірні авторизаційні дані")


def wrong_license() -> ApiError:
    return ApiError(401, "cash_register.invalid_license_key", "Невірний ключ ліцензії каси")


def no_shift() -> ApiError:
    return ApiError(400, "shift.not_opened", "Зміну не відкрито")


def shift_open() -> ApiError:
    return ApiError(400, "shift.already_opened", "Касир вже працює з даною касою")


def receipt_exists() -> ApiError:
    return ApiError(400, "receipt.already_exists", "Вказаний id чеку вже існує")


def not_found(what: str) -> ApiError:
    return ApiError(404, "base.not_found", f"{what} не знайдено")
