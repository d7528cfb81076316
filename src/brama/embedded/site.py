"""Puts the built web apps into the static site."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from brama.embedded.caddy import APPS


def install_web_builds(builds: Path, site: Path) -> list[str]:
    """Copy `builds`/{shop,admin,checkin}/dist into the site; answers the apps that are not built.

    Files of earlier builds stay: a page that somebody has open goes on finding its scripts.
    """
    missing = []
    folders = {"shop": site / "assets" / "shop", **{name: site / name for name in APPS}}
    for app, folder in folders.items():
        build = builds / app / "dist"
        if not build.is_dir():
            missing.append(app)
            continue
        for file in _in_order_of_use(build):
            # The shop's own index.html is for its developers: its pages are made by publishing.
            if app != "shop" or file.suffix != ".html":
                _copy_whole(file, folder / file.relative_to(build))
    return missing


def _in_order_of_use(build: Path) -> Iterator[Path]:
    """The files of a build, what names others last: nobody sees a page before its scripts are there."""
    files = [path for path in build.rglob("*") if path.is_file()]
    return iter(sorted(files, key=_is_last))


def _is_last(path: Path) -> bool:
    """Vite's manifest is what publishing makes its pages from."""
    return path.suffix == ".html" or path.name == "manifest.json"


def _copy_whole(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, unfinished)
    os.replace(unfinished, target)
