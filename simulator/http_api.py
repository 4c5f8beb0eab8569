"""/simulator/api/*: everything that Simulator can do, for the page and for other processes.

JSON in, JSON out. An error is `{"error": "..."}` with 400 (bad request), 404 (unknown name) or
403 (called by a page of another site).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator import views
from simulator.core import Simulator
from simulator.events import build_event

Json = dict[str, Any]
_SAFE_TO_SHOW = ("image/png", "image/jpeg", "image/gif", "image/webp", "video/", "audio/")


def build_api(sim: Simulator) -> Blueprint:
    """The blueprint, to be registered under `<prefix>/simulator/api`."""
    api = Blueprint("api", __name__)
    _guard(api)
    _people(api, sim)
    _chats(api, sim)
    _controls(api, sim)
    return api


def _guard(api: Blueprint) -> None:
    @api.before_request
    def same_site() -> tuple[Response, int] | None:
        # The API has no login: a page of another site must not drive it through a browser.
        if request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}:
            return None
        return jsonify(error="called from another site"), 403

    @api.errorhandler(KeyError)
    def unknown(problem: KeyError) -> tuple[Response, int]:
        return jsonify(error=f"unknown or missing: {problem.args[0]}"), 404

    @api.errorhandler(ValueError)
    @api.errorhandler(TypeError)
    def bad(problem: Exception) -> tuple[Response, int]:
        return jsonify(error=str(problem)), 400


def _body() -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise TypeError("a JSON object is needed")
    return body


def _perform(sim: Simulator, action: Callable[[], Json], wait: bool) -> Json:
    """Do it now; post its event in the background, or here when the caller waits."""
    with sim.holding_back() as held:
        event = action()
    statuses: list[int] = []

    def post() -> None:
        for slug, one in held.events:
            statuses.append(sim.deliver(slug, [one]))

    if wait:
        post()
    elif held.events and sim.auto_deliver:
        sim.in_background(post)
    return {"event": event, "status": statuses[-1] if statuses else None}


def act(sim: Simulator, body: Json) -> Json:
    """One deed of a person: `do` names it. Returns its event. KeyError for an unknown name."""
    who = (body.get("channel", ""), body.get("user", ""))
    group = body.get("group") or None
    deeds: dict[str, Callable[[], Json]] = {
        "text": lambda: sim.user_sends_text(
            *who, body["text"], group, bool(body.get("mention_bot"))
        ),
        "sticker": lambda: sim.user_sends_sticker(
            *who, body.get("package_id", "446"), body.get("sticker_id", "1988"), group
        ),
        "location": lambda: sim.user_sends_location(
            *who,
            float(body["lat"]),
            float(body["lon"]),
            body.get("title"),
            body.get("address"),
            group,
        ),
        "postback": lambda: sim.user_taps(
            *who, body["data"], body.get("params"), group, body.get("display_text")
        ),
        "switch_menu": lambda: sim.user_switches_menu(*who, body["alias"], body["data"]),
        "follow": lambda: sim.user_follows(*who),
        "block": lambda: sim.user_blocks(*who),
        "unsend": lambda: sim.user_unsends(body["message_id"]),
        "join_group": lambda: sim.user_joins_group(body["group"], body["user"]),
        "leave_group": lambda: sim.user_leaves_group(body["group"], body["user"]),
        "bot_join": lambda: sim.bot_joins_group(body["group"]),
        "bot_leave": lambda: sim.bot_leaves_group(body["group"]),
    }
    return deeds[body["do"]]()


def _people(api: Blueprint, sim: Simulator) -> None:
    @api.get("/world")
    def world() -> Json:
        return views.world(sim)

    @api.post("/channels")
    def add_channel() -> Json:
        channel = sim.add_channel(**_body())
        return {"slug": channel.slug, "bot_user_id": channel.bot_user_id}

    @api.post("/users")
    def add_user() -> Json:
        body = _body()
        user = sim.add_user(
            body["display_name"], body.get("user_id"), body.get("channel_slugs", ())
        )
        return {"user_id": user.user_id, "display_name": user.display_name}

    @api.post("/groups")
    def add_group() -> Json:
        body = _body()
        members = [sim.world.users[one] for one in body["members"]]
        group = sim.add_group(body["name"], members, body["channel_slug"], body.get("group_id"))
        return {"group_id": group.group_id, "name": group.name}

    @api.post("/act")
    def do() -> Json:
        body = _body()
        return _perform(sim, lambda: act(sim, body), bool(body.get("wait")))

    @api.post("/media")
    def media() -> Json:
        form, file = request.form, request.files["file"]
        kind = form.get("kind", "file")
        data = file.read()
        image_set = None
        if form.get("image_set"):
            image_set = (form["image_set"], int(form["index"]), int(form["total"]))
        return _perform(
            sim,
            lambda: sim.user_sends_media(
                form["channel"],
                form["user"],
                kind,
                data,
                file.filename,
                file.mimetype or None,
                form.get("group") or None,
                image_set,
                int(form.get("not_ready", 0)),
                bool(form.get("never_ready")),
            ),
            bool(form.get("wait")),
        )


def _chats(api: Blueprint, sim: Simulator) -> None:
    @api.get("/chat")
    def chat() -> Json:
        args = request.args
        return views.chat(sim, args["channel"], args["chat"], int(args.get("after", 0)))

    @api.get("/messages")
    def messages() -> Json:
        args = request.args
        return {"messages": sim.messages_to(args["chat"], args.get("channel"))}

    @api.get("/content/<message_id>")
    def content(message_id: str) -> Response:
        found = sim.world.contents[message_id]
        if found.unsent:
            return Response(status=410)
        response = Response(found.data, content_type=found.content_type)
        # What people upload is not ours to run: no scripts, and a download unless it is media.
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        if not found.content_type.startswith(_SAFE_TO_SHOW):
            response.content_type = "application/octet-stream"
            response.headers.set("Content-Disposition", "attachment")
        return response

    @api.get("/richmenu/<slug>/<menu_id>")
    def menu_image(slug: str, menu_id: str) -> Response:
        menu = sim.world.channels[slug].rich_menus[menu_id]
        return Response(menu.image or b"", content_type=menu.image_type or "image/png")


def _controls(api: Blueprint, sim: Simulator) -> None:
    @api.get("/requests")
    def requests() -> Json:
        args = request.args
        calls = sim.requests(args.get("endpoint"), args.get("channel"), args.get("method"))
        after = int(args.get("after", 0))
        return {"requests": [call.as_json() for call in calls if call.number > after]}

    @api.get("/deliveries")
    def deliveries() -> Json:
        tries = sim.deliveries(request.args.get("channel"))
        after = int(request.args.get("after", 0))
        return {"deliveries": [asdict(one) for one in tries if one.number > after]}

    @api.post("/deliver")
    def deliver() -> Json:
        body = _body()
        return {"status": sim.deliver(body["channel"], body["events"])}

    @api.post("/build_event")
    def build() -> Json:
        body = _body()
        return build_event(body.pop("event_type"), **body)

    @api.post("/redeliver")
    def redeliver() -> Json:
        body = _body()
        if body.get("event_id"):
            slug, event = sim.world.events[body["event_id"]]
            return {"status": sim.redeliver(slug, event)}
        return {"status": sim.redeliver_last(body["channel"])}

    @api.get("/faults")
    def faults() -> Json:
        with sim.world.lock:
            return {"faults": [asdict(fault) for fault in sim.world.faults]}

    @api.post("/faults")
    def fail_next() -> Json:
        body = _body()
        sim.fail_next(body.pop("n", 1), **body)
        return {}

    @api.delete("/faults")
    def clear_faults() -> Json:
        sim.clear_faults()
        return {}

    @api.put("/quota")
    def quota() -> Json:
        body = _body()
        sim.set_quota(body["channel"], body["limit"], int(body.get("used", 0)))
        return {}

    @api.put("/redelivery")
    def redelivery() -> Json:
        body = _body()
        sim.world.channels[body["channel"]].redelivery = bool(body["on"])
        return {}

    @api.post("/clear")
    def clear() -> Json:
        sim.clear()
        return {}

    @api.post("/reset")
    def reset() -> Json:
        sim.reset()
        return {}
