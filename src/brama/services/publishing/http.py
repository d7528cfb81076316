"""Publishing answers no questions: its files do. The only table of its statuses."""

from litestar.types import ControllerRouterHandler

from brama.kernel.problem import Problem
from brama.services.publishing import errors

PROBLEMS: dict[type[Problem], int] = {errors.PublishingError: 500}

ROUTES: list[ControllerRouterHandler] = []
