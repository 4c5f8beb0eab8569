"""Profiles, groups, the account itself and its webhook address."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from simulator import ids
from simulator.door.routes import Call, route
from simulator.sending import Answer, error
from simulator.state import Channel, Group


def _basic_id(channel: Channel) -> str:
    return "@" + channel.bot_user_id[1:9]


@route("GET", "/v2/bot/info", "info")
def info(call: Call) -> Answer:
    return Answer(
        200,
        {
            "userId": call.channel.bot_user_id,
            "basicId": _basic_id(call.channel),
            "displayName": call.channel.name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        },
    )


@route("GET", "/v2/bot/profile/{user_id}", "profile")
def profile(call: Call, user_id: str) -> Answer:
    world = call.sim.world
    if not world.may_receive(call.channel, user_id):
        return error(404, "Not found")
    user = world.users[user_id]
    return Answer(200, {"userId": user_id, "displayName": user.display_name, "language": "th"})


@route("GET", "/v2/bot/followers/ids", "followers")
def followers(call: Call) -> Answer:
    world = call.sim.world
    with world.lock:
        return Answer(
            200, {"userIds": [u for u in world.users if world.may_receive(call.channel, u)]}
        )


def _group(call: Call, group_id: str) -> Group | None:
    group = call.sim.world.groups.get(group_id)
    if group is None or group.channel_slug != call.channel.slug or not group.bot_in:
        return None
    return group


@route("GET", "/v2/bot/group/{group_id}/summary", "group")
def group_summary(call: Call, group_id: str) -> Answer:
    group = _group(call, group_id)
    if group is None:
        return error(404, "Not found")
    return Answer(200, {"groupId": group_id, "groupName": group.name})


@route("GET", "/v2/bot/group/{group_id}/members/count", "group")
def group_count(call: Call, group_id: str) -> Answer:
    group = _group(call, group_id)
    return Answer(200, {"count": len(group.member_ids)}) if group else error(404, "Not found")


@route("GET", "/v2/bot/group/{group_id}/members/ids", "group")
def group_members(call: Call, group_id: str) -> Answer:
    # LINE opens this list to verified accounts alone; a new account is refused.
    if _group(call, group_id) is None:
        return error(404, "Not found")
    return error(403, "Access to this API is not available for your account")


@route("GET", "/v2/bot/group/{group_id}/member/{user_id}", "group")
def group_member(call: Call, group_id: str, user_id: str) -> Answer:
    group = _group(call, group_id)
    if group is None or user_id not in group.member_ids:
        return error(404, "Not found")
    name = call.sim.world.users[user_id].display_name
    return Answer(200, {"userId": user_id, "displayName": name})


@route("POST", "/v2/bot/group/{group_id}/leave", "group", wants_json=False)
def leave_group(call: Call, group_id: str) -> Answer:
    group = _group(call, group_id)
    if group is None:
        return error(404, "Not found")
    # LINE sends `leave` for this too; it comes from the pool, after this answer.
    call.sim.in_background(lambda: call.sim.bot_leaves_group(group_id))
    return Answer(200, {})


@route("GET", "/v2/bot/channel/webhook/endpoint", "webhook")
def get_webhook(call: Call) -> Answer:
    channel = call.channel
    if not channel.webhook_url:
        return error(404, "Webhook endpoint is not set")
    return Answer(200, {"endpoint": channel.webhook_url, "active": channel.webhook_active})


def _bad_endpoint(endpoint: object) -> bool:
    if not isinstance(endpoint, str) or len(endpoint) > 500:
        return True
    parts = urlsplit(endpoint)
    # Plain http is let through to this machine alone, as for pictures: a demo has no certificate.
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    return not (local or (parts.scheme == "https" and parts.hostname))


@route("PUT", "/v2/bot/channel/webhook/endpoint", "webhook")
def put_webhook(call: Call) -> Answer:
    endpoint = (call.body or {}).get("endpoint")
    if _bad_endpoint(endpoint):
        return error(400, "Invalid webhook endpoint URL")
    call.channel.webhook_url = str(endpoint)
    return Answer(200, {})


@route("POST", "/v2/bot/channel/webhook/test", "webhook")
def test_webhook(call: Call) -> Answer:
    endpoint = (call.body or {}).get("endpoint")
    if endpoint is not None and _bad_endpoint(endpoint):
        return error(400, "Invalid webhook endpoint URL")
    body = b'{"destination":"%s","events":[]}' % call.channel.bot_user_id.encode()
    status, problem = call.sim.postman.post(call.channel, body, [], url=endpoint)
    return Answer(
        200,
        {
            "success": problem is None,
            "timestamp": datetime.fromtimestamp(ids.now(), UTC).isoformat(),
            "statusCode": status,
            "reason": "OK" if problem is None else problem.split(":")[0].upper(),
            "detail": str(status) if problem is None else problem,
        },
    )
