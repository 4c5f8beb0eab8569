from __future__ import annotations

import struct
import zlib

import pytest
import urllib3
from linebot.v3.messaging import (
    ApiException,
    CreateRichMenuAliasRequest,
    RichMenuRequest,
    SetWebhookEndpointRequest,
)
from linebot.v3.messaging import (
    TestWebhookEndpointRequest as WebhookTestRequest,
)


def fetch(line, message_id, tail="content", token="token-makham"):
    return urllib3.request(
        "GET",
        f"{line.url}/simulator/line/v2/bot/message/{message_id}/{tail}",
        headers={"authorization": f"Bearer {token}"},
        retries=False,
    )


def status_of(call, *arguments):
    with pytest.raises(ApiException) as caught:
        call(*arguments)
    return caught.value.status


def test_a_picture_is_not_ready_at_first_and_gone_after_unsending(line):
    event = line.sim.user_sends_media(
        "makham", line.citizen.user_id, "image", b"\xff\xd8pixels", not_ready=2
    )
    message_id = event["message"]["id"]
    assert event["message"]["contentProvider"] == {"type": "line"}
    assert [fetch(line, message_id).status for _ in range(3)] == [202, 202, 200]
    assert bytes(line.blob().get_message_content(message_id)) == b"\xff\xd8pixels"
    assert fetch(line, message_id).headers["content-type"] == "image/jpeg"
    unsend = line.sim.user_unsends(message_id)
    assert unsend["unsend"] == {"messageId": message_id}
    assert fetch(line, message_id).status == 410


def test_content_belongs_to_its_channel(line):
    event = line.sim.user_sends_media("makham", line.citizen.user_id, "image", b"x")
    assert fetch(line, event["message"]["id"], token="token-bang").status == 404


def test_a_video_is_transcoded_and_a_picture_is_not(line):
    video = line.sim.user_sends_media("makham", line.citizen.user_id, "video", b"v", not_ready=1)
    message_id = video["message"]["id"]
    blob = line.blob()
    assert blob.get_message_content_transcoding_by_message_id(message_id).status == "processing"
    assert blob.get_message_content_transcoding_by_message_id(message_id).status == "succeeded"
    assert fetch(line, message_id).status == 200
    image = line.sim.user_sends_media("makham", line.citizen.user_id, "image", b"i")
    assert fetch(line, image["message"]["id"], "content/transcoding").status == 400


def test_a_film_that_cannot_be_prepared_is_never_ready(line):
    for kind in ("video", "audio"):
        event = line.sim.user_sends_media(
            "makham", line.citizen.user_id, kind, b"v", never_ready=True
        )
        message_id = event["message"]["id"]
        status = line.blob().get_message_content_transcoding_by_message_id(message_id).status
        assert status == "failed"
        assert [fetch(line, message_id).status for _ in range(3)] == [202, 202, 202]


def test_line_deletes_content_by_itself_and_tells_nobody(line):
    event = line.sim.user_sends_media("makham", line.citizen.user_id, "image", b"x")
    assert line.sim.settle()
    known = len(line.bot.received)
    line.sim.line_deletes(event["message"]["id"])
    assert fetch(line, event["message"]["id"]).status == 410
    assert len(line.bot.received) == known


def test_content_that_lies_elsewhere_is_not_at_line(line):
    address = "https://example.com/film.mp4"
    for kind, previewed in (("image", True), ("video", True), ("audio", False)):
        event = line.sim.user_sends_media(
            "makham", line.citizen.user_id, kind, b"", external_url=address
        )
        provider = event["message"]["contentProvider"]
        assert (provider["type"], provider["originalContentUrl"]) == ("external", address)
        assert ("previewImageUrl" in provider) is previewed
        assert fetch(line, event["message"]["id"]).status == 404
    with pytest.raises(ValueError, match="lie elsewhere"):
        line.sim.user_sends_media("makham", line.citizen.user_id, "file", b"", external_url=address)


def test_a_file_tells_its_name_and_size_and_a_set_its_numbers(line):
    file = line.sim.user_sends_media("makham", line.citizen.user_id, "file", b"12345", "แผน.pdf")
    assert file["message"]["fileName"] == "แผน.pdf"
    assert file["message"]["fileSize"] == 5
    vast = line.sim.user_sends_media(
        "makham", line.citizen.user_id, "file", b"", "ก.mp4", file_size=3 * 10**8
    )
    assert vast["message"]["fileSize"] == 3 * 10**8
    assert fetch(line, file["message"]["id"]).headers["content-type"] == "application/pdf"
    image = line.sim.user_sends_media(
        "makham", line.citizen.user_id, "image", b"i", image_set=("S1", 2, 3)
    )
    assert image["message"]["imageSet"] == {"id": "S1", "index": 2, "total": 3}


def test_profiles_of_friends_and_of_group_members(line):
    api = line.api()
    assert api.get_profile(line.citizen.user_id).display_name == "ประชาชน ก"
    assert status_of(api.get_profile, line.stranger.user_id) == 404
    member = api.get_group_member_profile(line.group.group_id, line.stranger.user_id)
    assert member.display_name == "ประชาชน ข"
    assert api.get_group_summary(line.group.group_id).group_name == "กลุ่ม กองคลัง"
    assert api.get_group_member_count(line.group.group_id).count == 3
    line.sim.user_blocks("makham", line.citizen.user_id)
    assert status_of(api.get_profile, line.citizen.user_id) == 404


def test_the_bot_can_leave_a_group(line):
    api = line.api()
    api.leave_group(line.group.group_id)
    assert line.sim.settle()
    assert b'"leave"' in line.bot.received[-1][1]
    assert status_of(api.get_group_summary, line.group.group_id) == 404


def test_the_webhook_address_can_be_read_set_and_tried(line):
    api = line.api()
    assert api.get_webhook_endpoint().endpoint == line.bot.url
    result = api.test_webhook_endpoint(WebhookTestRequest())
    assert (result.success, result.status_code) == (True, 200)
    assert line.bot.received[-1][1].endswith(b'"events":[]}')
    api.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint="https://example.com/line"))
    assert line.sim.world.channels["makham"].webhook_url == "https://example.com/line"
    wrong = SetWebhookEndpointRequest(endpoint="http://example.com/line")
    assert status_of(api.set_webhook_endpoint, wrong) == 400


def png(width, height):
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IEND", b"")


def menu(**changes):
    definition = {
        "size": {"width": 1200, "height": 405},
        "selected": True,
        "name": "หลัก",
        "chatBarText": "เมนู",
        "areas": [
            {
                "bounds": {"x": 0, "y": 0, "width": 600, "height": 405},
                "action": {"type": "message", "text": "แจ้งเรื่อง"},
            }
        ],
    }
    return RichMenuRequest.from_dict(definition | changes)


def upload(line, menu_id, image):
    blob = line.blob()
    return blob.set_rich_menu_image(menu_id, body=image, _headers={"Content-Type": "image/png"})


def test_a_rich_menu_from_creation_to_its_alias(line):
    api = line.api()
    menu_id = api.create_rich_menu(menu()).rich_menu_id
    assert status_of(api.set_default_rich_menu, menu_id) == 400
    upload(line, menu_id, png(1200, 405))
    api.set_default_rich_menu(menu_id)
    assert api.get_default_rich_menu_id().rich_menu_id == menu_id
    assert [one.rich_menu_id for one in api.get_rich_menu_list().richmenus] == [menu_id]
    api.link_rich_menu_id_to_user(line.citizen.user_id, menu_id)
    assert api.get_rich_menu_id_of_user(line.citizen.user_id).rich_menu_id == menu_id
    alias = CreateRichMenuAliasRequest(rich_menu_alias_id="main", rich_menu_id=menu_id)
    api.create_rich_menu_alias(alias)
    assert status_of(api.create_rich_menu_alias, alias) == 400
    assert api.get_rich_menu_alias("main").rich_menu_id == menu_id
    event = line.sim.user_switches_menu("makham", line.citizen.user_id, "main", "tab=1")
    assert event["postback"]["params"] == {"newRichMenuAliasId": "main", "status": "SUCCESS"}
    api.delete_rich_menu_alias("main")
    api.delete_rich_menu(menu_id)
    assert status_of(api.get_default_rich_menu_id) == 404


def test_lines_own_schema_looks_at_rich_menus_too(strict_line):
    api = strict_line.api()
    api.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint=strict_line.bot.url))
    menu_id = api.create_rich_menu(menu()).rich_menu_id
    upload(strict_line, menu_id, png(1200, 405))
    api.set_default_rich_menu(menu_id)
    good = CreateRichMenuAliasRequest(rich_menu_alias_id="main", rich_menu_id=menu_id)
    api.create_rich_menu_alias(good)
    capital = {"richMenuAliasId": "MAIN", "richMenuId": menu_id}
    assert post(strict_line, "richmenu/alias", capital) == 400


def post(line, path, body):
    return urllib3.request(
        "POST",
        f"{line.url}/simulator/line/v2/bot/{path}",
        json=body,
        headers={"authorization": "Bearer token-makham", "content-type": "application/json"},
    ).status


def test_a_rich_menu_image_must_fit(line):
    menu_id = line.api().create_rich_menu(menu()).rich_menu_id
    assert status_of(upload, line, menu_id, png(1200, 400)) == 400
    assert status_of(upload, line, menu_id, b"GIF89a") == 400
    assert status_of(upload, line, menu_id, png(1200, 405) + b"0" * 1024 * 1024) == 413


def test_a_rich_menu_outside_lines_limits_is_refused(line):
    api = line.api()
    api.validate_rich_menu_object(menu())
    area = menu().to_dict()["areas"][0]
    wrong = [
        menu(size={"width": 700, "height": 405}),
        menu(size={"width": 1200, "height": 1000}),
        menu(areas=[area] * 21),
        menu(size={"width": 800, "height": 300}, areas=[area]),
    ]
    for one in wrong:
        assert status_of(api.validate_rich_menu_object, one) == 400
