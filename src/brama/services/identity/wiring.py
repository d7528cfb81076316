"""Identity's composition root."""

from datetime import datetime, timedelta

from brama.kernel.config import BadSettings
from brama.kernel.runtime import Kernel, Service
from brama.kernel.schedule import Schedule
from brama.services.identity import http, subscribers
from brama.services.identity.config import IdentityConfig
from brama.services.identity.domain.sessions import Lifetimes
from brama.services.identity.domain.throttle import Limit
from brama.services.identity.operations.housekeeping import drop_leftovers
from brama.services.identity.operations.sessions import SessionDesk
from brama.services.identity.operations.throttle import Limits, Throttle
from brama.services.identity.operations.tokens import AccessTokens, KeyLife, rotate_keys
from brama.services.identity.providers.argon2 import Argon2Passwords

CONFIG = IdentityConfig
_SHORTEST_SETUP_CODE = 20


def build(kernel: Kernel, config: IdentityConfig) -> Service:
    """Put identity together.

    Raises:
        BadSettings: the setup code could be guessed.
    """
    if 0 < len(config.setup_code) < _SHORTEST_SETUP_CODE:
        raise BadSettings(f"[identity] setup_code: use {_SHORTEST_SETUP_CODE} random characters or more")
    desk = _desk(kernel, config)
    return Service(
        name="identity",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(),
        schedules=_schedules(kernel, config, desk),
        dependencies={"desk": desk, "settings": config, "ring": kernel.keys},
        on_start=[lambda: rotate_keys(kernel.db, kernel.clock, kernel.keys, _key_life(config))],
    )


def _desk(kernel: Kernel, config: IdentityConfig) -> SessionDesk:
    return SessionDesk(
        passwords=Argon2Passwords(memory_kib=config.argon2_memory_kib, passes=config.argon2_passes),
        sealer=kernel.sealer,
        tokens=AccessTokens(
            kernel.keys,
            staff_for=timedelta(seconds=config.access_token_for_s),
            device_for=timedelta(seconds=config.device_token_for_s),
        ),
        throttle=Throttle(kernel.db, kernel.clock, _limits(config)),
        lifetimes=Lifetimes(
            idle_s=config.session_idle_s, total_s=config.session_total_s, grace_s=config.refresh_grace_s
        ),
    )


def _limits(config: IdentityConfig) -> Limits:
    """A drill plays hundreds of people from one address; nobody's password is guessed faster for it."""
    account = Limit(kind="account", failures=config.failures_per_account, window_s=config.failure_window_s)
    address = Limit(kind="address", failures=config.failures_per_address, window_s=config.failure_window_s)
    return Limits(account=account, address=None if config.drill else address)


def _key_life(config: IdentityConfig) -> KeyLife:
    return KeyLife(
        signs_for=timedelta(seconds=config.key_signs_for_s), ahead=timedelta(seconds=config.key_ahead_s)
    )


def _schedules(kernel: Kernel, config: IdentityConfig, desk: SessionDesk) -> list[Schedule]:
    async def rotate(_: datetime) -> None:
        await rotate_keys(kernel.db, kernel.clock, kernel.keys, _key_life(config))

    async def drop(_: datetime) -> None:
        await drop_leftovers(
            kernel.db,
            kernel.clock,
            lifetimes=desk.lifetimes,
            failure_window=timedelta(seconds=config.failure_window_s),
            device_skew=timedelta(seconds=config.device_skew_s),
        )

    return [
        Schedule("rotate_keys", timedelta(hours=1), rotate),
        Schedule("drop_leftovers", timedelta(hours=1), drop),
    ]
