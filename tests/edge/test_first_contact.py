"""The first word to somebody who adds the account, and a short one to who comes back."""

from __future__ import annotations

from bot.engine import Engine
from bot.messenger import Messenger
from bot.wakeup import Bell
from domain.consent import CONSENT_VERSION
from tests.chat.citizens import contact_of
from tests.offices import Office
from tests.town import Json, Town, actions, words

SIX = (
    "ถามข้อมูล",
    "แจ้งเรื่องร้องเรียน",
    "แจ้งเบาะแสทุจริต",
    "ติดตามเรื่อง",
    "ติดต่อเจ้าหน้าที่",
    "เริ่มต้นใช้งาน",
)


def follows(town: Town, user: str, office: Office | None = None) -> list[Json]:
    office = office or town.offices.makham
    known = len(town.line.messages_to(user, office.slug))
    town.happens(town.line.user_follows(office.slug, user), office)
    return town.line.messages_to(user, office.slug)[known:]


def test_a_new_friend_is_told_who_we_are_what_we_do_and_of_the_notice(town: Town) -> None:
    user = town.user("เพื่อนใหม่")
    greeting, doors = follows(town, user)
    for part in (
        "บัญชี LINE ทางการของเทศบาลตำบลมะขาม",
        "ไม่ต้องบอกชื่อ",
        f"ประกาศความเป็นส่วนตัว ฉบับ {CONSENT_VERSION}",
        "ลบข้อมูลของฉัน",
        "English",
    ):
        assert part in greeting["text"]
    assert tuple(one["label"] for one in actions([doors])) == SIX
    assert "http" not in greeting["text"]
    assert town.line.requests(endpoint="push") == []


def test_the_notices_address_is_given_where_there_is_one(town: Town) -> None:
    door = town.settings.line_api_url
    public = Engine(
        town.db,
        town.blobs,
        Messenger(door, door),
        Bell(town.db),
        embedder=lambda: None,
        public_url="https://prongsai.example.go.th",
    )
    user = town.user("เพื่อนใหม่")
    town.post(town.offices.makham, [town.line.user_follows("makham", user)])
    public.drain()
    said = words(town.line.messages_to(user))
    assert "https://prongsai.example.go.th/a/makham/privacy" in said


def test_each_of_the_six_doors_opens(town: Town) -> None:
    user = town.user("เพื่อนใหม่")
    doors = follows(town, user)
    for label in SIX:
        assert town.choose(user, doors, label)
        town.says(user, "ยกเลิก")


def test_who_comes_back_is_greeted_shortly(town: Town) -> None:
    user = town.user("เพื่อนเก่า")
    follows(town, user)
    town.happens(town.line.user_blocks("makham", user))
    [again] = follows(town, user)
    assert "ยินดีต้อนรับกลับมา" in words([again])
    assert CONSENT_VERSION not in words([again])
    contact = contact_of(town, user)
    assert contact is not None
    assert contact.reachable


def test_who_had_blocked_us_before_we_knew_them_is_greeted_shortly_too(town: Town) -> None:
    user = town.user("เพื่อนเก่า")
    town.line.user_blocks("makham", user)
    assert len(follows(town, user)) == 1


def test_who_is_known_here_is_new_at_the_other_office(town: Town) -> None:
    user, there = town.user("เพื่อนใหม่"), town.offices.bangphra
    follows(town, user)
    greeting, _ = follows(town, user, there)
    assert "อบต.บางพระ" in greeting["text"]


def test_whoever_was_erased_is_new_again(town: Town) -> None:
    user = town.user("เพื่อนใหม่")
    follows(town, user)
    asked = town.says(user, "ลบข้อมูลของฉัน")
    town.choose(user, asked, "ลบข้อมูล")
    assert contact_of(town, user) is None
    assert len(follows(town, user)) == 2
