"""Settings of publishing."""

from brama.kernel.config import CommonConfig


class PublishingConfig(CommonConfig, frozen=True, kw_only=True):
    """What publishing can be told."""

    site_folder: str
    """Folder of the static site, as the web server reads it."""

    shop_build: str
    """Folder of the shop's build, with `.vite/manifest.json`; without it pages do without scripts."""
