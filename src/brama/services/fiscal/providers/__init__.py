"""The registrars that this installation works with."""

from collections.abc import Mapping

from brama.services.fiscal.config import FiscalConfig
from brama.services.fiscal.ports import Registrar
from brama.services.fiscal.providers.checkbox import Checkbox

Registrars = Mapping[str, Registrar]


def registrars_of(config: FiscalConfig) -> dict[str, Registrar]:
    """The registrars by name."""
    checkbox = Checkbox(config.checkbox_url, timeout_s=config.provider_timeout_s, is_unlimited=config.drill)
    return {checkbox.name: checkbox}
