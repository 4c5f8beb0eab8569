"""A LINE that agrees to everything at once, for the row in which conversations are handled."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ANSWER = json.dumps(
    {
        "sentMessages": [{"id": "461230966842064897"}],
        "userId": "U54abc93e71e8f511ee72afb96008dd14",
        "displayName": "benchmark",
        "type": "none",
        "totalUsage": 0,
    }
).encode()


class _Line(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _agree(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(_ANSWER)))
        self.end_headers()
        self.wfile.write(_ANSWER)

    do_GET = do_POST = do_PUT = _agree

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Line).serve_forever()
