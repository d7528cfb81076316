"""Pages as bytes: words, templates and styles; no folder, no database."""

from brama.services.publishing.pages.pages import Pages

__all__ = ["Pages"]
