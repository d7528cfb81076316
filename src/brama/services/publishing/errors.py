"""What can go wrong in publishing."""

from brama.kernel.problem import Problem


class PublishingError(Problem):
    """Something is wrong in publishing."""


class SiteUnwritable(PublishingError):
    """The folder of the site does not take files: full, read-only, or something stands in the way."""
