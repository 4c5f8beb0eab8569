"""What people do in LINE: the user_* verbs of Simulator. Each makes an event and delivers it."""

from __future__ import annotations

import mimetypes
from typing import Any

from simulator import ids
from simulator.events import build_event, build_message, user_source
from simulator.state import Channel, Content, Group, ReplyToken, User, World

Json = dict[str, Any]

_CONTENT_TYPES = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mp4"}


class People:
    """Mixed into Simulator, which brings `world` and `_hand_over`."""

    world: World

    def _hand_over(self, channel_slug: str, event: Json) -> Json:
        raise NotImplementedError

    def _channel(self, slug: str) -> Channel:
        return self.world.channels[slug]

    def user_sends_text(
        self,
        channel_slug: str,
        user_id: str,
        text: str,
        group_id: str | None = None,
        mention_bot: bool = False,
    ) -> Json:
        """A text message; with `mention_bot` the text begins with "@account" and says so.

        Returns the event. Raises KeyError for an unknown channel, ValueError for a user who
        blocked the channel or is not in the group.
        """
        fields: Json = {"text": text}
        if mention_bot:
            channel = self._channel(channel_slug)
            at = f"@{channel.name}"
            fields["text"] = f"{at} {text}"
            mentionee = {
                "index": 0,
                "length": len(at.encode("utf-16-le")) // 2,
                "type": "user",
                "userId": channel.bot_user_id,
                "isSelf": True,
            }
            fields["mention"] = {"mentionees": [mentionee]}
        return self._say(channel_slug, user_id, group_id, build_message("text", **fields))

    def user_sends_media(
        self,
        channel_slug: str,
        user_id: str,
        kind: str,
        data: bytes,
        file_name: str | None = None,
        content_type: str | None = None,
        group_id: str | None = None,
        image_set: tuple[str, int, int] | None = None,
        not_ready: int = 0,
        never_ready: bool = False,
        external_url: str | None = None,
        file_size: int | None = None,
    ) -> Json:
        """An image, video, audio or file whose bytes the bot fetches from `/content`.

        `image_set` is (id, index from 1, total); `not_ready` is how many times content (and
        transcoding) answers "still preparing" first. A film or a sound that is `never_ready`
        failed to be prepared. `external_url`: the bytes lie there, not at LINE (a LIFF app's
        picture or film). `file_size` is what LINE says of a file instead of its true size.
        """
        if kind not in {"image", "video", "audio", "file"}:
            raise ValueError(f"unknown kind of media: {kind}")
        if external_url is not None and kind not in {"image", "video", "audio"}:
            raise ValueError("only a picture, a film or a sound can lie elsewhere")
        if kind == "file":
            file_name = file_name or "file.bin"
            size = len(data) if file_size is None else file_size
            message = build_message(kind, fileName=file_name, fileSize=size)
        elif external_url is not None:
            provider = {"type": "external", "originalContentUrl": external_url}
            if kind != "audio":
                provider["previewImageUrl"] = external_url
            message = build_message(kind, contentProvider=provider)
        elif image_set is not None:
            set_id, index, total = image_set
            numbered = {"id": set_id, "index": index, "total": total}
            message = build_message(kind, imageSet=numbered)
        else:
            message = build_message(kind)
        guessed = mimetypes.guess_type(file_name)[0] if file_name else None
        known = content_type or guessed or _CONTENT_TYPES.get(kind) or "application/octet-stream"
        if external_url is None:
            with self.world.lock:
                self.world.contents[message["id"]] = Content(
                    channel_slug, bytes(data), known, kind, file_name, not_ready, never_ready
                )
        return self._say(channel_slug, user_id, group_id, message)

    def user_sends_sticker(
        self,
        channel_slug: str,
        user_id: str,
        package_id: str = "446",
        sticker_id: str = "1988",
        group_id: str | None = None,
        keywords: list[str] | None = None,
    ) -> Json:
        """A sticker."""
        message = build_message(
            "sticker",
            packageId=package_id,
            stickerId=sticker_id,
            stickerResourceType="STATIC",
            keywords=keywords,
        )
        return self._say(channel_slug, user_id, group_id, message)

    def user_sends_location(
        self,
        channel_slug: str,
        user_id: str,
        lat: float,
        lon: float,
        title: str | None = None,
        address: str | None = None,
        group_id: str | None = None,
    ) -> Json:
        """A point in WGS 84 degrees."""
        message = build_message(
            "location", latitude=lat, longitude=lon, title=title, address=address
        )
        return self._say(channel_slug, user_id, group_id, message)

    def user_taps(
        self,
        channel_slug: str,
        user_id: str,
        data: str,
        params: Json | None = None,
        group_id: str | None = None,
        display_text: str | None = None,
    ) -> Json:
        """A postback. `params` holds what a datetimepicker or a rich-menu switch adds.

        LINE shows `display_text` as the user's message, but sends no event for it.
        """
        postback: Json = {"data": data}
        if params is not None:
            postback["params"] = params
        chat_id = self._may_speak(channel_slug, user_id, group_id)
        if display_text:
            shown = {"type": "text", "text": display_text}
            self.world.add_entry(
                channel_slug,
                chat_id,
                user_id,
                shown,
                message_id=ids.message_id(),
                timestamp=ids.now_ms(),
                via="postback",
            )
        source = user_source(user_id, group_id)
        event = self._event(channel_slug, "postback", source, postback=postback)
        return self._hand_over(channel_slug, event)

    def user_switches_menu(self, channel_slug: str, user_id: str, alias: str, data: str) -> Json:
        """A tap on a richmenuswitch action: the menu changes here, and a postback tells of it."""
        channel = self._channel(channel_slug)
        with self.world.lock:
            menu_id = channel.rich_menu_aliases.get(alias)
            if menu_id is not None:
                channel.user_rich_menus[user_id] = menu_id
        status = "SUCCESS" if menu_id is not None else "RICHMENU_ALIAS_ID_NOTFOUND"
        params = {"newRichMenuAliasId": alias, "status": status}
        return self.user_taps(channel_slug, user_id, data, params)

    def user_follows(self, channel_slug: str, user_id: str) -> Json:
        """Add the account as a friend, or unblock it."""
        with self.world.lock:
            user = self.world.users[user_id]
            unblocked = channel_slug in user.blocked
            user.blocked.discard(channel_slug)
            user.friends.add(channel_slug)
        self._note(channel_slug, user_id, "เลิกบล็อกบัญชีนี้แล้ว" if unblocked else "เพิ่มเพื่อนแล้ว")
        detail = {"isUnblocked": unblocked}
        event = self._event(channel_slug, "follow", user_source(user_id), follow=detail)
        return self._hand_over(channel_slug, event)

    def user_blocks(self, channel_slug: str, user_id: str) -> Json:
        """Block the account: `unfollow`, and pushes no longer arrive."""
        with self.world.lock:
            user = self.world.users[user_id]
            user.friends.add(channel_slug)
            user.blocked.add(channel_slug)
        self._note(channel_slug, user_id, "บล็อกบัญชีนี้แล้ว")
        return self._hand_over(
            channel_slug, self._event(channel_slug, "unfollow", user_source(user_id))
        )

    def user_unsends(self, message_id: str) -> Json:
        """Take a message back: its content answers 410 from now on. KeyError when unknown."""
        with self.world.lock:
            found = self.world.find_entry(message_id)
            if found is None:
                raise KeyError(message_id)
            (channel_slug, chat_id), entry = found
            if entry.sender in {"bot", "system"}:
                raise ValueError("only a person's own message can be unsent")
            entry.unsent = True
            entry.message = {"type": entry.message["type"], "id": message_id}
            self.world.touch(entry)
            content = self.world.contents.get(message_id)
            if content is not None:
                content.unsent = True
                content.data = b""
        group_id = chat_id if chat_id.startswith("C") else None
        source = user_source(entry.sender, group_id)
        event = self._event(channel_slug, "unsend", source, unsend={"messageId": message_id})
        return self._hand_over(channel_slug, event)

    def line_deletes(self, message_id: str) -> None:
        """LINE keeps content for a time of its own: from now on it answers 410, and nobody is
        told. KeyError when unknown."""
        with self.world.lock:
            content = self.world.contents[message_id]
            content.unsent = True
            content.data = b""

    def user_joins_group(self, group_id: str, user_id: str) -> Json:
        """A person enters a group: `memberJoined` when the bot is inside."""
        group = self.world.groups[group_id]
        with self.world.lock:
            if user_id not in group.member_ids:
                group.member_ids.append(user_id)
        self._note(group.channel_slug, group_id, f"{self._name(user_id)} เข้าร่วมกลุ่ม")
        members = {"members": [{"type": "user", "userId": user_id}]}
        return self._in_group(group, "memberJoined", joined=members)

    def user_leaves_group(self, group_id: str, user_id: str) -> Json:
        """A person leaves a group: `memberLeft`."""
        group = self.world.groups[group_id]
        with self.world.lock:
            if user_id in group.member_ids:
                group.member_ids.remove(user_id)
        self._note(group.channel_slug, group_id, f"{self._name(user_id)} ออกจากกลุ่ม")
        members = {"members": [{"type": "user", "userId": user_id}]}
        return self._in_group(group, "memberLeft", left=members)

    def bot_joins_group(self, group_id: str) -> Json:
        """The account is invited into a group: `join`."""
        group = self.world.groups[group_id]
        group.bot_in = True
        self._note(group.channel_slug, group_id, "บัญชีทางการเข้าร่วมกลุ่ม")
        return self._in_group(group, "join")

    def bot_leaves_group(self, group_id: str) -> Json:
        """The account is removed from a group: `leave`, which has no reply token."""
        group = self.world.groups[group_id]
        self._note(group.channel_slug, group_id, "บัญชีทางการออกจากกลุ่ม")
        source = {"type": "group", "groupId": group_id}
        event = self._event(group.channel_slug, "leave", source)
        group.bot_in = False
        return self._hand_over(group.channel_slug, event)

    def _in_group(self, group: Group, event_type: str, **fields: Any) -> Json:
        source = {"type": "group", "groupId": group.group_id}
        event = self._event(group.channel_slug, event_type, source, **fields)
        return self._hand_over(group.channel_slug, event) if group.bot_in else event

    def _say(self, channel_slug: str, user_id: str, group_id: str | None, message: Json) -> Json:
        chat_id = self._may_speak(channel_slug, user_id, group_id)
        source = user_source(user_id, group_id)
        event = self._event(channel_slug, "message", source, message=message)
        self.world.add_entry(
            channel_slug,
            chat_id,
            user_id,
            message,
            message_id=message["id"],
            timestamp=event["timestamp"],
        )
        with self.world.lock:
            self.world.read_tokens[message["markAsReadToken"]] = (channel_slug, message["id"])
        if group_id is not None and not self.world.groups[group_id].bot_in:
            return event
        return self._hand_over(channel_slug, event)

    def _event(self, channel_slug: str, event_type: str, source: Json, **fields: Any) -> Json:
        channel = self._channel(channel_slug)
        event = build_event(event_type, source=source, mode=channel.mode, **fields)
        self.register_event(channel_slug, event)
        return event

    def register_event(self, channel_slug: str, event: Json) -> None:
        """Make an event's reply token count, as if LINE had made the event just now."""
        source = event.get("source") or {}
        chat_id = source.get("groupId") or source.get("roomId") or source.get("userId")
        with self.world.lock:
            self.world.events[event["webhookEventId"]] = (channel_slug, event)
            token = event.get("replyToken")
            if token and chat_id and token not in self.world.reply_tokens:
                self.world.reply_tokens[token] = ReplyToken(channel_slug, chat_id, ids.now())

    def _may_speak(self, channel_slug: str, user_id: str, group_id: str | None) -> str:
        """The chat id. A person speaks to a friend, or in a group they are in."""
        self._channel(channel_slug)
        user: User = self.world.users[user_id]
        if group_id is not None:
            group = self.world.groups[group_id]
            if user_id not in group.member_ids or group.channel_slug != channel_slug:
                raise ValueError("not a member of this group")
            return group_id
        if channel_slug in user.blocked or channel_slug not in user.friends:
            raise ValueError("not a friend of this account, or it is blocked")
        return user_id

    def _name(self, user_id: str) -> str:
        return self.world.users[user_id].display_name

    def _note(self, channel_slug: str, chat_id: str, text: str) -> None:
        self.world.add_entry(
            channel_slug,
            chat_id,
            "system",
            {"type": "note", "text": text},
            message_id="",
            timestamp=ids.now_ms(),
        )
