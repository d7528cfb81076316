"""Chromium as every journey starts it."""

import shutil

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def browser_path() -> str:
    """The installed Chromium or Chrome; `make test` sees to it that there is one."""
    return next(found for name in _NAMES if (found := shutil.which(name)))
