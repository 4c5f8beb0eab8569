"""/v2/bot/message/*, /v2/bot/chat/*: sending, checking, quota, loading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator import ids, sending
from simulator.checks import check_messages
from simulator.door.routes import Call, Handler, route, schema_refusal
from simulator.sending import Answer, error


def _refused(call: Call, path: str) -> Answer | None:
    """The 400 for bad messages: our own checks first, for their words are LINE's."""
    refusal = check_messages((call.body or {}).get("messages"))
    if refusal is not None:
        return Answer(400, refusal.as_json())
    return schema_refusal(call, "POST", path)


_SENDS: Mapping[str, Callable[..., Answer]] = {
    "reply": sending.reply,
    "push": sending.push,
    "multicast": sending.multicast,
    "broadcast": sending.broadcast,
}


def _sender(kind: str, send: Callable[..., Answer]) -> Handler:
    def handle(call: Call) -> Answer:
        refused = _refused(call, f"/v2/bot/message/{kind}")
        if refused is not None:
            return refused
        return send(call.sim, call.channel, call.body, call.headers, call.request_id)

    return handle


for _kind, _send in _SENDS.items():
    route("POST", f"/v2/bot/message/{_kind}", _kind)(_sender(_kind, _send))


@route("POST", "/v2/bot/message/validate/{kind}", "validate")
def validate(call: Call, kind: str) -> Answer:
    if kind not in {"reply", "push", "multicast", "narrowcast", "broadcast"}:
        return error(404, "Not found")
    refused = _refused(call, f"/v2/bot/message/validate/{kind}")
    return refused if refused is not None else Answer(200, {})


@route("GET", "/v2/bot/message/quota", "quota")
def quota(call: Call) -> Answer:
    limit = call.channel.quota_limit
    if limit is None:
        return Answer(200, {"type": "none"})
    return Answer(200, {"type": "limited", "value": limit})


@route("GET", "/v2/bot/message/quota/consumption", "quota")
def consumption(call: Call) -> Answer:
    return Answer(200, {"totalUsage": call.channel.quota_used})


@route("POST", "/v2/bot/chat/loading/start", "loading")
def start_loading(call: Call) -> Answer:
    body: dict[str, Any] = call.body or {}
    chat_id, seconds = body.get("chatId"), body.get("loadingSeconds", 20)
    world = call.sim.world
    if not isinstance(chat_id, str) or chat_id not in world.users:
        return error(
            400, "The property, 'chatId', in the request body is invalid (line: -, column: -)"
        )
    if type(seconds) is not int or not 5 <= seconds <= 60 or seconds % 5:
        details = [
            {"message": "Must be a multiple of 5 from 5 to 60", "property": "loadingSeconds"}
        ]
        return Answer(400, {"message": "The request body has 1 error(s)", "details": details})
    with world.lock:
        world.loading_until[(call.channel.slug, chat_id)] = ids.now() + seconds
    return Answer(202, {})


@route("POST", "/v2/bot/chat/markAsRead", "markAsRead")
def mark_as_read(call: Call) -> Answer:
    token = (call.body or {}).get("markAsReadToken")
    with call.sim.world.lock:
        known = call.sim.world.read_tokens.get(str(token))
        if known is None or known[0] != call.channel.slug:
            return error(400, "Invalid mark as read token")
        found = call.sim.world.find_entry(known[1])
        if found is not None and not found[1].read:
            found[1].read = True
            call.sim.world.touch(found[1])
    return Answer(200, {})
