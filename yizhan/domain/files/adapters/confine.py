"""The walls of a short-lived child: memory, time, file size, no core, no network.

Run in the child itself, first thing, before any library that reads hostile bytes is loaded.
"""

import ctypes
import os
import resource
import signal

MB = 1024 * 1024
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


def confine(*, memory_mb: int, seconds: int, writes_mb: int) -> bool:
    """Set the limits of this process; True when the network is gone as well.

    An empty network needs user namespaces, which some machines forbid: the other walls stand
    anyway. SIGALRM ends a process that waits, RLIMIT_CPU one that computes.
    """
    for what, limit in (
        (resource.RLIMIT_AS, memory_mb * MB),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, writes_mb * MB),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    signal.alarm(seconds)
    os.umask(0o077)
    unshare = ctypes.CDLL(None).unshare
    return unshare(_NEW_NET) == 0 or unshare(_NEW_USER | _NEW_NET) == 0
