"""Under which account PostgreSQL runs, and folders which that account can reach.

PostgreSQL refuses to run as root. As root it gets an unprivileged account; what that account cannot reach
(a checkout below a folder of mode 700, such as /root) lives under /var/lib/brama instead.
"""

import os
import pwd
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PREFERRED = ("brama", "postgres", "_postgres", "nobody")
_SHARED_ROOT = Path("/var/lib/brama")


class NoAccount(Exception):
    """PostgreSQL cannot run as root, and there is no account to step down to; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """A user and group of the operating system."""

    name: str
    uid: int
    gid: int


def unprivileged_account(owner_of: Path | None = None) -> Account | None:
    """The account to run PostgreSQL under; None when we are an ordinary user already.

    `owner_of`: an existing data folder, whose owner is kept, so that data made earlier stay readable.

    Raises:
        NoAccount: we are root and the system has no account to step down to.
    """
    if os.geteuid() != 0:
        return None
    if owner_of is not None and owner_of.exists() and owner_of.stat().st_uid != 0:
        return _account(pwd.getpwuid(owner_of.stat().st_uid))
    for name in _PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return _account(entry)
    raise NoAccount(
        f"PostgreSQL cannot run as root and none of {', '.join(_PREFERRED)} exists: useradd -r brama"
    )


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_reach(account: Account | None, path: Path) -> bool:
    """Whether every folder above `path` lets `account` through (by the mode bits; None is ourselves)."""
    if account is None:
        return True
    return all(_lets_through(account, folder) for folder in path.resolve().parents if folder.exists())


def _lets_through(account: Account, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == account.gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def reachable_data_folder(account: Account | None, wanted: Path) -> Path:
    """`wanted`, or, when `account` cannot get to it, a folder of its own under /var/lib/brama.

    A link at `wanted` then leads there; without the link the data count as lost, and a new folder is made.
    """
    if wanted.is_symlink():
        return wanted.resolve()
    if can_reach(account, wanted):
        return wanted
    folder = _SHARED_ROOT / f"{wanted.name}-{secrets.token_hex(6)}"
    _make_shared_root()
    folder.mkdir(mode=0o700)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.symlink_to(folder)
    return folder


def reachable_copy(account: Account | None, base: Path, parts: Sequence[str], *, name: str) -> Path:
    """`base`, or, when `account` cannot get to it, a folder under /var/lib/brama with copies of its `parts`.

    `name` names the copy; it has to change when the contents do.
    """
    if can_reach(account, base / "any"):
        return base
    copy = _SHARED_ROOT / name
    if not copy.exists():
        _make_shared_root()
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in parts:
            if (base / part).exists():
                shutil.copytree(base / part, unfinished / part, symlinks=True)
        try:
            unfinished.rename(copy)
        except OSError:  # another start finished first: its copy is the same
            shutil.rmtree(unfinished)
    return copy


def _make_shared_root() -> None:
    _SHARED_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)


def run_as(account: Account | None) -> dict[str, int | Sequence[int]]:
    """Arguments for `subprocess` that step down to `account`; none when we are that account already."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": ()}
