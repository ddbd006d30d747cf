"""A small load generator: keep-alive connections in one selector loop, in a process of its own.

It costs about 0.05 ms of CPU a request, so that on two cores it measures the server and not itself.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

Requests = Callable[[int], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests per second, latencies in milliseconds, answers outside 2xx and 3xx."""

    per_second: float
    p50_ms: float
    p99_ms: float
    answers: int
    errors: int

    def as_dict(self) -> dict[str, float]:
        """Rounded, for a report."""
        return {key: round(value, 2) for key, value in asdict(self).items()}


class _Client:
    """One connection with at most one request under way."""

    def __init__(self, address: tuple[str, int], requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = requests
        self.buffer = b""
        self.sent_at = 0.0

    def send(self) -> None:
        """The next request, timed."""
        self.buffer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(next(self.requests))

    def answered(self) -> int | None:
        """Read what is there; the status once the whole answer has come."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        self.buffer += chunk
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        lowered = head.lower()
        if b"content-length:" in lowered:
            length = int(lowered.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(body) < length:
                return None
        elif not body.endswith(b"0\r\n\r\n"):  # chunked
            return None
        return int(head[9:12])


def _hammer(
    address: tuple[str, int], requests: Requests, clients: int, seconds: float
) -> tuple[list[float], int, float]:
    """Latencies, errors and the time it took; the first tenth of the time only warms up."""
    chooser = selectors.DefaultSelector()
    for number in range(clients):
        client = _Client(address, requests(number))
        chooser.register(client.socket, selectors.EVENT_READ, client)
        client.send()
    begin = time.perf_counter()
    warm, end = begin + seconds / 10, begin + seconds
    times: list[float] = []
    errors = 0
    while (now := time.perf_counter()) < end:
        for key, _ in chooser.select(timeout=1):
            status = key.data.answered()
            if status is None:
                continue
            if now >= warm:
                times.append(time.perf_counter() - key.data.sent_at)
                errors += not 200 <= status < 400
            key.data.send()
    return times, errors, end - warm


def _child(pipe: object, *arguments: object) -> None:
    pipe.send(_hammer(*arguments))  # type: ignore[attr-defined, arg-type]


def hammer(
    address: tuple[str, int], requests: Requests, *, clients: int, seconds: float
) -> Figures:
    """Ask `clients` at a time for `seconds`; `requests(n)` yields the raw requests of client n."""
    context = multiprocessing.get_context("fork")  # the requests are closures
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(theirs, address, requests, clients, seconds))
    child.start()
    theirs.close()
    times, errors, lasted = ours.recv()
    child.join()
    if not times:
        raise RuntimeError("no answer came within the time of the measurement")
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    return Figures(len(times) / lasted, cuts[49] * 1000, cuts[98] * 1000, len(times), errors)


def raw(
    method: str, path: str, *, host: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """A raw HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
