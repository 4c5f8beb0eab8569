"""What the page shows, as JSON. Times in milliseconds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from simulator import ids
from simulator.core import Simulator
from simulator.state import Channel, Entry

Json = dict[str, Any]
_KINDS = {
    "image": "รูปภาพ",
    "video": "วิดีโอ",
    "audio": "เสียง",
    "file": "ไฟล์",
    "location": "ตำแหน่งที่ตั้ง",
    "sticker": "สติกเกอร์",
}


def world(sim: Simulator) -> Json:
    """Accounts, people, the list of chats, and how LINE feels."""
    with sim.world.lock:
        channels = list(sim.world.channels.values())
        failures = [d for d in sim.world.deliveries if not d.succeeded]
        return {
            "cursor": sim.world.cursor,
            "channels": [_channel(channel) for channel in channels],
            "users": [
                {
                    "user_id": user.user_id,
                    "display_name": user.display_name,
                    "friends": sorted(user.friends),
                    "blocked": sorted(user.blocked),
                }
                for user in sim.world.users.values()
            ],
            "groups": [asdict(group) for group in sim.world.groups.values()],
            "chats": _chats(sim, channels),
            "faults": [asdict(fault) for fault in sim.world.faults],
            "failures": [asdict(d) for d in failures[-20:]],
            "failure_count": len(failures),
            "slow_count": sum(1 for d in sim.world.deliveries if d.seconds > 2),
            "request_count": len(sim.world.requests),
        }


def _channel(channel: Channel) -> Json:
    return {
        "slug": channel.slug,
        "name": channel.name,
        "bot_user_id": channel.bot_user_id,
        "quota": {"limit": channel.quota_limit, "used": channel.quota_used},
        "redelivery": channel.redelivery,
    }


def _chats(sim: Simulator, channels: list[Channel]) -> list[Json]:
    chats: list[Json] = []
    for channel in channels:
        for user in sim.world.users.values():
            if channel.slug in user.friends | user.blocked:
                one = {"kind": "user", "chat": user.user_id, "title": user.display_name}
                chats.append(one | _last(sim, channel, user.user_id))
        for group in sim.world.groups.values():
            if group.channel_slug == channel.slug:
                one = {"kind": "group", "chat": group.group_id, "title": group.name}
                chats.append(one | _last(sim, channel, group.group_id))
    return chats


def _last(sim: Simulator, channel: Channel, chat_id: str) -> Json:
    entries = sim.world.chats.get((channel.slug, chat_id), [])
    spoken = [entry for entry in entries if entry.sender != "system"]
    from_bot = [entry.seq for entry in entries if entry.sender == "bot"]
    return {
        "channel": channel.slug,
        "channel_name": channel.name,
        "last_text": summary(spoken[-1]) if spoken else "",
        "last_time": spoken[-1].timestamp if spoken else None,
        "last_from_bot": from_bot[-1] if from_bot else 0,
    }


def summary(entry: Entry) -> str:
    """One line for the list of chats."""
    if entry.unsent:
        return "ยกเลิกข้อความแล้ว"
    message = entry.message
    text = message.get("text") or message.get("altText")
    kind = str(message["type"])
    return str(text)[:80] if text else _KINDS.get(kind, kind)


def chat(sim: Simulator, channel_slug: str, chat_id: str, after: int) -> Json:
    """Lines of a chat that are newer than the cursor `after`, new or changed."""
    channel = sim.world.channels[channel_slug]
    with sim.world.lock:
        entries = sim.world.chats.get((channel_slug, chat_id), [])
        until = sim.world.loading_until.get((channel_slug, chat_id), 0.0)
        return {
            "cursor": sim.world.cursor,
            "entries": [_entry(sim, entry) for entry in entries if entry.version > after],
            "loading": until > ids.now(),
            "rich_menu": _rich_menu(channel, chat_id),
        }


def _entry(sim: Simulator, entry: Entry) -> Json:
    sender = sim.world.users.get(entry.sender)
    shown: Json = {
        **asdict(entry),
        "sender_name": sender.display_name if sender else "",
    }
    content = sim.world.contents.get(entry.message_id)
    if content is not None:
        shown["content"] = {
            "type": content.content_type,
            "bytes": len(content.data),
            "file_name": content.file_name,
        }
    return shown


def _rich_menu(channel: Channel, chat_id: str) -> Json | None:
    if chat_id.startswith("C"):
        return None
    menu_id = channel.user_rich_menus.get(chat_id) or channel.default_rich_menu
    menu = channel.rich_menus.get(menu_id) if menu_id else None
    if menu is None or menu.image is None:
        return None
    return {**menu.definition, "richMenuId": menu.rich_menu_id}
