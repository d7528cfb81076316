"""What analytics refuses to do."""

from brama.kernel.problem import Problem


class AnalyticsError(Problem):
    """Analytics cannot do this."""


class EventNotFound(AnalyticsError):
    """There is no such event, or it is not yours to see."""


class OrderNotFound(AnalyticsError):
    """There is no such order, or it is not yours to see."""


class CursorInvalid(AnalyticsError):
    """This page's cursor is not one of ours: begin the list anew."""
