"""Links that bring a buyer back. The token stands in the fragment, which no server sees."""

from uuid import UUID

from brama.services.sales.domain.orders import Order


class Links:
    """Addresses under the public origin."""

    def __init__(self, public_origin: str) -> None:
        self._origin = public_origin

    def order(self, order: Order) -> str:
        """Where an order stands, in its buyer's language."""
        language = "/en" if order.buyer.locale == "en" else ""
        return f"{self._origin}{language}/orders/{order.code}#token={order.token}"

    def hold(self, hold_id: UUID, token: str, locale: str) -> str:
        """Where a visitor who has only held places goes on."""
        language = "/en" if locale == "en" else ""
        return f"{self._origin}{language}/orders/#hold={hold_id}&token={token}"
