"""/v2/bot/message/{id}/content: what people sent, from LINE's data host."""

from __future__ import annotations

from simulator.door.routes import Call, route
from simulator.sending import Answer, error
from simulator.state import Content


def _content(call: Call, message_id: str) -> Content | Answer:
    content = call.sim.world.contents.get(message_id)
    if content is None or content.channel_slug != call.channel.slug:
        return error(404, "Not found")
    if content.unsent:
        return error(410, "Gone")
    return content


@route("GET", "/v2/bot/message/{message_id}/content", "content")
def content(call: Call, message_id: str) -> Answer:
    with call.sim.world.lock:
        found = _content(call, message_id)
        if isinstance(found, Answer):
            return found
        if found.never_ready:
            return Answer(202, b"")  # as far as LINE says, it is only ever "being prepared"
        if found.not_ready > 0:
            found.not_ready -= 1
            return Answer(202, b"")
        return Answer(200, found.data, content_type=found.content_type)


@route("GET", "/v2/bot/message/{message_id}/content/preview", "content")
def preview(call: Call, message_id: str) -> Answer:
    # The whole picture: the simulator does not scale.
    found = _content(call, message_id)
    if isinstance(found, Answer):
        return found
    if found.kind not in {"image", "video"}:
        return error(404, "Not found")
    return Answer(200, found.data, content_type=found.content_type)


@route("GET", "/v2/bot/message/{message_id}/content/transcoding", "transcoding")
def transcoding(call: Call, message_id: str) -> Answer:
    with call.sim.world.lock:
        found = _content(call, message_id)
        if isinstance(found, Answer):
            return found
        if found.kind not in {"video", "audio"}:
            return error(400, "Transcoding is only for video and audio")
        if found.never_ready:
            return Answer(200, {"status": "failed"})
        if found.not_ready > 0:
            found.not_ready -= 1
            return Answer(200, {"status": "processing"})
    return Answer(200, {"status": "succeeded"})
