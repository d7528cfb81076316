"""Child processes that do not outlive us."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(wish: signal.Signals = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Ask the kernel to send `wish` to this process when its parent ends (Linux; nothing elsewhere).

    `parent`: the pid expected; when it has ended before the request, `wish` is sent at once.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(wish), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), wish)


def dies_with_parent(wish: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn` for `subprocess` that calls `die_with_parent`."""
    parent = os.getpid()
    return lambda: die_with_parent(wish, parent=parent)
