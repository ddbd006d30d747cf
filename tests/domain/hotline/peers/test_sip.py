"""A real call: SIPp rings through kamailio, and what happened on the wire drives the webhook.

kamailio writes one line for each INVITE, answer and BYE it sees; the bridge turns the lines into
signed events, as the small program beside any telephone system does.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from django.utils import timezone

from tests.factories import hotline
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.adapters import signing
from yizhan.domain.hotline.models import Call

KAMAILIO, SIPP = "/usr/sbin/kamailio", shutil.which("sipp")
SECRET = "of-the-telephone-system"  # noqa: S105
LINE = re.compile(r"YZ (\w+) (\S+) (\S+)")
CONF = """
#!KAMAILIO
debug=1
log_stderror=yes
fork=no
children=1
listen=udp:127.0.0.1:{port}
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "xlog.so"
request_route {{
    if (is_method("INVITE") && !has_totag()) {{
        xlog("L_ALERT", "YZ ring $ci $fU\\n");
        record_route();
    }}
    if (is_method("BYE")) {{ xlog("L_ALERT", "YZ hangup $ci $fU\\n"); }}
    if (is_method("CANCEL")) {{ xlog("L_ALERT", "YZ hangup $ci $fU\\n"); }}
    if (has_totag()) {{ loose_route(); }}
    $du = "sip:127.0.0.1:{seat}";
    t_on_reply("ANSWERED");
    t_relay();
}}
onreply_route[ANSWERED] {{
    if ($rs == 200 && is_method("INVITE")) {{ xlog("L_ALERT", "YZ answer $ci $fU\\n"); }}
}}
"""
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.path.exists(KAMAILIO) or SIPP is None,
        reason="kamailio or sip-tester is not installed here",
    ),
]


def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[tuple[int, int, Path]]:
    """kamailio in the middle: its port, the seat's port, its log."""
    own, seat, log = port(), port(), tmp_path / "kamailio.log"
    conf = tmp_path / "kamailio.cfg"
    conf.write_text(CONF.format(port=own, seat=seat).lstrip())
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603
            [KAMAILIO, "-f", str(conf), "-DD", "-E", "-Y", str(tmp_path)],
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        time.sleep(1.5)
        assert server.poll() is None, log.read_text()
        yield own, seat, log
        server.terminate()
        server.wait(10)


def test_a_real_call_is_told_from_the_wire(
    live_server: Any, settings: Any, exchange: tuple[int, int, Path], tmp_path: Path
) -> None:
    settings.CTI_SECRET = SECRET
    own, seat, log = exchange
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": tmp_path,
    }
    answering = subprocess.Popen(  # noqa: S603
        [str(SIPP), "-sn", "uas", "-i", "127.0.0.1", "-p", str(seat), "-m", "1", "-nostdin"],
        **quiet,
    )  # fmt: skip
    time.sleep(0.5)
    calling = subprocess.run(  # noqa: S603
        [str(SIPP), "-sn", "uac", f"127.0.0.1:{own}", "-i", "127.0.0.1", "-p", str(port()),
         "-m", "1", "-d", "1200", "-s", "12345", "-nostdin", "-timeout", "20"],
        timeout=40, check=False, **quiet,
    )  # fmt: skip
    answering.wait(20)
    assert calling.returncode == 0, log.read_text()
    assert _bridge(log, live_server.url) == ["ring", "answer", "hangup"]
    call = Call.objects.get()
    assert call.answered_at is not None
    assert call.ended_at is not None
    figures = queries.call_figures("410225", call.rang_at, timezone.now())
    assert (figures.offered, figures.answered) == (1, 1)
    assert list(queries.missed_calls(hotline.agent())) == []


def _bridge(log: Path, base: str) -> list[str]:
    """Every line of the exchange becomes one signed event, sent twice as a network may."""
    seen: dict[str, str] = {}
    for kind, call, number in LINE.findall(log.read_text()):
        seen.setdefault(kind, call)
        body = msgspec.json.encode(
            {"event": kind, "call": call, "number": number, "at": timezone.now().isoformat()}
        )
        for _ in range(2):
            marks = signing.sign(SECRET, body, key=f"{call}:{kind}", at=timezone.now())
            answer = httpx.post(f"{base}/api/hotline/cti/", content=body, headers=marks)
            assert answer.status_code == 200, answer.text
    return list(seen)
