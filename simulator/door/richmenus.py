"""/v2/bot/richmenu/*: menus, their pictures, who sees which, aliases."""

from __future__ import annotations

import struct

from simulator import ids
from simulator.checks import check_rich_menu
from simulator.checks.richmenus import IMAGE_BYTES
from simulator.door.routes import Call, Json, route
from simulator.sending import Answer, error
from simulator.state import RichMenu


def _described(menu: RichMenu) -> Json:
    return {**menu.definition, "richMenuId": menu.rich_menu_id}


def _no_menu() -> Answer:
    return error(404, "richmenu not found")


@route("POST", "/v2/bot/richmenu", "richmenu")
def create(call: Call) -> Answer:
    refusal = check_rich_menu(call.body)
    if refusal is not None:
        return Answer(400, refusal.as_json())
    with call.sim.world.lock:
        if len(call.channel.rich_menus) >= 1000:
            return error(400, "The maximum number of rich menus has been reached")
        menu = RichMenu(ids.rich_menu_id(), call.body)
        call.channel.rich_menus[menu.rich_menu_id] = menu
    return Answer(200, {"richMenuId": menu.rich_menu_id})


@route("POST", "/v2/bot/richmenu/validate", "richmenu")
def validate(call: Call) -> Answer:
    refusal = check_rich_menu(call.body)
    return Answer(400, refusal.as_json()) if refusal is not None else Answer(200, {})


@route("GET", "/v2/bot/richmenu/list", "richmenu")
def list_menus(call: Call) -> Answer:
    return Answer(200, {"richmenus": [_described(m) for m in call.channel.rich_menus.values()]})


@route("GET", "/v2/bot/richmenu/{menu_id}", "richmenu")
def get(call: Call, menu_id: str) -> Answer:
    menu = call.channel.rich_menus.get(menu_id)
    return Answer(200, _described(menu)) if menu else _no_menu()


@route("DELETE", "/v2/bot/richmenu/{menu_id}", "richmenu")
def delete(call: Call, menu_id: str) -> Answer:
    channel = call.channel
    with call.sim.world.lock:
        if channel.rich_menus.pop(menu_id, None) is None:
            return _no_menu()
        if channel.default_rich_menu == menu_id:
            channel.default_rich_menu = None
        links = channel.user_rich_menus
        channel.user_rich_menus = {u: m for u, m in links.items() if m != menu_id}
    return Answer(200, {})


@route("POST", "/v2/bot/richmenu/{menu_id}/content", "richmenu", wants_json=False)
def upload(call: Call, menu_id: str) -> Answer:
    menu = call.channel.rich_menus.get(menu_id)
    if menu is None:
        return _no_menu()
    if menu.image is not None:
        return error(400, "An image has already been uploaded to the richmenu")
    media_type = call.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in {"image/png", "image/jpeg"}:
        return error(415, f"The content type, {media_type or '-'}, is not supported")
    if len(call.raw) > IMAGE_BYTES:
        return error(413, "Request Entity Too Large")
    size = image_size(call.raw)
    wanted = menu.definition["size"]
    if size is None:
        return error(400, "The image is not a PNG or JPEG")
    if size != (wanted["width"], wanted["height"]):
        return error(400, "The image size does not match the size of the richmenu")
    menu.image, menu.image_type = call.raw, media_type
    return Answer(200, {})


@route("GET", "/v2/bot/richmenu/{menu_id}/content", "richmenu")
def download(call: Call, menu_id: str) -> Answer:
    menu = call.channel.rich_menus.get(menu_id)
    if menu is None or menu.image is None:
        return _no_menu()
    return Answer(200, menu.image, content_type=menu.image_type)


def _usable(call: Call, menu_id: str) -> Answer | None:
    menu = call.channel.rich_menus.get(menu_id)
    if menu is None:
        return _no_menu()
    if menu.image is None:
        return error(400, "must upload richmenu image before applying it to user")
    return None


@route("POST", "/v2/bot/user/all/richmenu/{menu_id}", "richmenu", wants_json=False)
def set_default(call: Call, menu_id: str) -> Answer:
    refused = _usable(call, menu_id)
    if refused is not None:
        return refused
    call.channel.default_rich_menu = menu_id
    return Answer(200, {})


@route("GET", "/v2/bot/user/all/richmenu", "richmenu")
def get_default(call: Call) -> Answer:
    menu_id = call.channel.default_rich_menu
    return Answer(200, {"richMenuId": menu_id}) if menu_id else error(404, "no default richmenu")


@route("DELETE", "/v2/bot/user/all/richmenu", "richmenu")
def cancel_default(call: Call) -> Answer:
    call.channel.default_rich_menu = None
    return Answer(200, {})


@route("POST", "/v2/bot/user/{user_id}/richmenu/{menu_id}", "richmenu", wants_json=False)
def link(call: Call, user_id: str, menu_id: str) -> Answer:
    refused = _usable(call, menu_id)
    if refused is not None:
        return refused
    if user_id not in call.sim.world.users:
        return error(400, "The user ID is invalid")
    call.channel.user_rich_menus[user_id] = menu_id
    return Answer(200, {})


@route("GET", "/v2/bot/user/{user_id}/richmenu", "richmenu")
def get_linked(call: Call, user_id: str) -> Answer:
    menu_id = call.channel.user_rich_menus.get(user_id)
    if menu_id is None:
        return error(404, "the user has no richmenu")
    return Answer(200, {"richMenuId": menu_id})


@route("DELETE", "/v2/bot/user/{user_id}/richmenu", "richmenu")
def unlink(call: Call, user_id: str) -> Answer:
    call.channel.user_rich_menus.pop(user_id, None)
    return Answer(200, {})


@route("POST", "/v2/bot/richmenu/alias", "richmenu")
def create_alias(call: Call) -> Answer:
    alias, menu_id = call.body.get("richMenuAliasId"), call.body.get("richMenuId")
    if not isinstance(alias, str) or not 1 <= len(alias) <= 32:
        details = [{"message": "Length must be between 1 and 32", "property": "richMenuAliasId"}]
        return Answer(400, {"message": "The request body has 1 error(s)", "details": details})
    if alias in call.channel.rich_menu_aliases:
        return error(400, "conflict richmenu alias id")
    refused = _usable(call, str(menu_id))
    if refused is not None:
        return error(400, refused.body["message"])
    call.channel.rich_menu_aliases[alias] = str(menu_id)
    return Answer(200, {})


@route("GET", "/v2/bot/richmenu/alias/list", "richmenu")
def list_aliases(call: Call) -> Answer:
    pairs = call.channel.rich_menu_aliases.items()
    return Answer(200, {"aliases": [{"richMenuAliasId": a, "richMenuId": m} for a, m in pairs]})


@route("GET", "/v2/bot/richmenu/alias/{alias}", "richmenu")
def get_alias(call: Call, alias: str) -> Answer:
    menu_id = call.channel.rich_menu_aliases.get(alias)
    if menu_id is None:
        return error(404, "richmenu alias not found")
    return Answer(200, {"richMenuAliasId": alias, "richMenuId": menu_id})


@route("POST", "/v2/bot/richmenu/alias/{alias}", "richmenu")
def update_alias(call: Call, alias: str) -> Answer:
    if alias not in call.channel.rich_menu_aliases:
        return error(400, "richmenu alias not found")
    menu_id = str(call.body.get("richMenuId"))
    refused = _usable(call, menu_id)
    if refused is not None:
        return error(400, refused.body["message"])
    call.channel.rich_menu_aliases[alias] = menu_id
    return Answer(200, {})


@route("DELETE", "/v2/bot/richmenu/alias/{alias}", "richmenu")
def delete_alias(call: Call, alias: str) -> Answer:
    if call.channel.rich_menu_aliases.pop(alias, None) is None:
        return error(400, "richmenu alias not found")
    return Answer(200, {})


def image_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels of a PNG or JPEG, from its headers; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
