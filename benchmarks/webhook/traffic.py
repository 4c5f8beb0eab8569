"""The load: signed webhooks as LINE sends them, written to a file that wrk sends from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 (of a channel that exists nowhere)
KEY = "benchmark"
PATH = f"/line/{KEY}"
USERS = 5_000
_MOST_PER_SECOND = 12_000  # bodies written for a second of load; wrk must not run out of them
_SCRIPT = Path(__file__).with_name("load.lua")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Result:
    """One run of wrk. Latencies in milliseconds."""

    accepted: int  # answered 2xx
    refused: int  # answered with anything else
    broken: int  # connections, reads, writes, time-outs
    per_second: float
    p50: float
    p99: float


def load(port: int, folder: Path, seconds: int, connections: int) -> Result:
    """Send distinct webhooks for some seconds, as fast as they are answered."""
    bodies = folder / "requests"
    _write_requests(bodies, seconds * _MOST_PER_SECOND)
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    command += ["-s", str(_SCRIPT), f"http://127.0.0.1:{port}{PATH}", "--", str(bodies)]
    try:
        ran = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=seconds + 30
        )
    finally:
        bodies.unlink()
    line = next(one for one in ran.stdout.splitlines() if one.startswith("RESULT "))
    requests, refused, broken, microseconds, p50, p99 = map(int, line.split()[1:])
    accepted = requests - refused
    return Result(accepted, refused, broken, accepted / (microseconds / 1e6), p50 / 1e3, p99 / 1e3)


def _write_requests(path: Path, count: int) -> None:
    users = [f"U{random.getrandbits(128):032x}" for _ in range(USERS)]
    now = time.time_ns() // 1_000_000
    with path.open("wb") as file:
        for number in range(count):
            body = _body(users[random.randrange(USERS)], now + number // 4, number)
            digest = hmac.digest(SECRET.encode(), body, hashlib.sha256)
            head = (
                f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                "User-Agent: LineBotWebhook/2.0\r\n"
                "Content-Type: application/json; charset=utf-8\r\n"
                f"x-line-signature: {base64.b64encode(digest).decode()}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            file.write(b"%d\n" % (len(head) + len(body)) + head.encode() + body)


def _body(user: str, instant: int, number: int) -> bytes:
    event = {
        "type": "message",
        "message": {
            "type": "text",
            "id": str(620_000_000_000_000_000 + number),
            "quoteToken": f"{random.getrandbits(320):080x}",
            "markAsReadToken": f"{random.getrandbits(320):080x}",
            "text": f"ขอสอบถามเวลาทำการของเทศบาลค่ะ {number}",
        },
        "webhookEventId": _ulid(instant),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": instant,
        "source": {"type": "user", "userId": user},
        "replyToken": f"{random.getrandbits(128):032x}",
        "mode": "active",
    }
    content = {"destination": "U54abc93e71e8f511ee72afb96008dd14", "events": [event]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _ulid(instant: int) -> str:
    value = instant << 80 | random.getrandbits(80)
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))
