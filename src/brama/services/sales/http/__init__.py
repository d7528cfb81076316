"""HTTP of sales: parse → one operation → present."""

from brama.services.sales.http.door import CONTROLLERS as _DOOR
from brama.services.sales.http.problems import PROBLEMS
from brama.services.sales.http.shop import CONTROLLERS as _SHOP
from brama.services.sales.http.staff import CONTROLLERS as _STAFF

ROUTES = [*_SHOP, *_STAFF, *_DOOR]

__all__ = ["PROBLEMS", "ROUTES"]
