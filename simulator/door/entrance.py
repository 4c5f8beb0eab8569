"""What every call passes: records, faults, authentication, size, JSON, schema, then its route."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, request

from simulator import ids
from simulator.core import RATE_LIMITED, Simulator
from simulator.door import accounts, contents, messages, richmenus
from simulator.door.routes import Call, Route, find, schema_refusal
from simulator.sending import Answer, error
from simulator.state import Channel, Fault, RecordedRequest

_MOST_BYTES = 2 * 1024 * 1024
_MESSAGES = {
    400: "The request body has 1 error(s)",
    401: "Authentication failed. Confirm that the access token in the authorization header "
    "is valid.",
    403: "Access to this API is not available for your account",
    404: "Not found",
    429: RATE_LIMITED,
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}

# The modules register their routes when imported.
_ROOMS = (accounts, contents, messages, richmenus)


def build_door(sim: Simulator) -> Blueprint:
    """The blueprint, to be registered under `<prefix>/simulator/line`."""
    door = Blueprint("line", __name__)

    @door.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE"])
    @door.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def enter(path: str) -> Response:
        return _enter(sim, "/" + path)

    return door


def _enter(sim: Simulator, path: str) -> Response:
    headers = {name.lower(): value for name, value in request.headers.items()}
    raw = request.get_data(cache=False)
    route, parts, path_known = find(request.method, path)
    token = headers.get("authorization", "").removeprefix("Bearer ").strip()
    channel = sim.world.channel_by_token(token) if token else None
    record = RecordedRequest(
        number=sim.world.next_number(),
        method=request.method,
        path=path,
        endpoint=route.endpoint if route else "unknown",
        channel=channel.slug if channel else None,
        headers=headers,
        body=_for_record(raw, headers),
        time=ids.now(),
        request_id=ids.request_id(),
    )
    with sim.world.lock:
        sim.world.requests.append(record)
        fault = _take_fault(sim, record)
    answer: Answer | None
    if fault is not None and not fault.after_accepting:
        time.sleep(fault.delay)
        answer = _spoiled(fault)
        if answer is None and not fault.drop_connection:
            answer = _serve(sim, channel, route, parts, path_known, raw, record)
    else:
        answer = _serve(sim, channel, route, parts, path_known, raw, record)
        if fault is not None and answer.status < 300:
            time.sleep(fault.delay)
            if fault.drop_connection:
                answer = None
            elif fault.status is not None:
                answer = _spoiled(fault)
            elif fault.delay <= 0:
                answer = error(500, _MESSAGES[500])
    return _send(record, answer)


def _take_fault(sim: Simulator, record: RecordedRequest) -> Fault | None:
    for fault in sim.world.faults:
        fits = fault.endpoint in (None, record.endpoint) and (
            fault.channel_slug in (None, record.channel)
        )
        if fits:
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    sim.world.faults.remove(fault)
            return fault
    return None


def _spoiled(fault: Fault) -> Answer | None:
    if fault.drop_connection or fault.status is None:
        return None
    return error(fault.status, fault.message or _MESSAGES.get(fault.status, "Error"))


def _serve(
    sim: Simulator,
    channel: Channel | None,
    route: Route | None,
    parts: dict[str, str],
    path_known: bool,
    raw: bytes,
    record: RecordedRequest,
) -> Answer:
    if channel is None:
        return error(401, _MESSAGES[401])
    if route is None:
        return error(405, "Method Not Allowed") if path_known else error(404, "Not found")
    body: Any = None
    if route.wants_json:
        if len(raw) > _MOST_BYTES:
            return error(413, "Request Entity Too Large")
        media_type = record.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != "application/json":
            return error(415, f"The content type, {media_type or '-'}, is not supported")
        try:
            body = json.loads(raw)
        except ValueError:
            return error(400, "The request body could not be parsed as JSON (line: -, column: -)")
        if not isinstance(body, dict):
            return error(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    call = Call(sim, channel, record.request_id, record.headers, dict(request.args), raw, body)
    # Sending looks at messages in LINE's words first, and asks the schema itself.
    if route.wants_json and not isinstance(body.get("messages"), list):
        refused = schema_refusal(call, record.method, record.path)
        if refused is not None:
            return refused
    return route.handler(call, **parts)


def _send(record: RecordedRequest, answer: Answer | None) -> Response:
    if answer is None:
        _hang_up()
        # Nobody hears this where hanging up worked; elsewhere it is the nearest thing.
        return Response(status=502, headers={"connection": "close"})
    record.status = answer.status
    record.response_headers = {**answer.headers, "x-line-request-id": record.request_id}
    if isinstance(answer.body, bytes):
        record.response = f"{len(answer.body)} bytes"
        payload = answer.body
    else:
        record.response = answer.body
        payload = json.dumps(answer.body, ensure_ascii=False).encode()
    return Response(
        payload,
        status=answer.status,
        headers=record.response_headers,
        content_type=answer.content_type,
    )


def _hang_up() -> None:
    """Close the connection under the server's feet (werkzeug and gunicorn show their socket)."""
    for name in ("werkzeug.socket", "gunicorn.socket"):
        connection = request.environ.get(name)
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _for_record(raw: bytes, headers: dict[str, str]) -> Any:
    if not raw:
        return None
    if "json" in headers.get("content-type", ""):
        with suppress(ValueError):
            return json.loads(raw)
    return f"{len(raw)} bytes"
