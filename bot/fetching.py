"""Fetching evidence from LINE: asked for once, checked by its content, cleaned, sealed on disk.

Every way in which that can fail has one Thai sentence of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels import ChannelBook
from bot.messenger import Gone, Messenger, NeverReady, NotReady, TooLarge
from domain.calendar import bangkok_day
from domain.file_types import (
    MAX_IMAGE_BYTES,
    MAX_OTHER_BYTES,
    MAX_VIDEO_BYTES,
    RefusalReason,
    RefusedFile,
)
from domain.files import clean_file
from domain.inbound import Inbound
from handlers.chat.turn import FetchedFile, FileTrouble
from models.stored_file import BlobFolder

# Where the reply token still lives, the sender is told for nothing that a file did not come. A
# film takes LINE minutes to prepare, and then the answer is worth a push.
_WAIT = timedelta(seconds=45)
_WAIT_FOR_FILM = timedelta(minutes=5)
_PREPARED = frozenset({"video", "audio"})  # by LINE, before they can be fetched

# What LINE calls a message's type says how large it may be; a "file" may be any of them.
_MOST_BYTES = {"image": MAX_IMAGE_BYTES, "audio": MAX_OTHER_BYTES}

TROUBLE = {
    "gone": "ไฟล์นี้ถูกลบไปแล้ว จึงไม่ได้เก็บไว้ หากยังต้องการใช้ กรุณาส่งใหม่อีกครั้งค่ะ",
    "late": "ดึงไฟล์นี้จาก LINE ไม่สำเร็จ กรุณาส่งใหม่อีกครั้งค่ะ",
    "elsewhere": "ไฟล์นี้ไม่ได้ส่งผ่าน LINE โดยตรง จึงรับไม่ได้ กรุณาส่งเป็นรูปหรือไฟล์ค่ะ",
    "not prepared": "LINE แปลงวิดีโอหรือเสียงนี้ไม่สำเร็จ จึงไม่ได้เก็บไว้ กรุณาอัดหรือส่งใหม่อีกครั้งค่ะ",
    RefusalReason.TOO_LARGE: "ไฟล์นี้ใหญ่เกินไป กรุณาส่งไฟล์ที่เล็กลงค่ะ",
    RefusalReason.EMPTY: "ไฟล์นี้ว่างเปล่า กรุณาส่งใหม่อีกครั้งค่ะ",
    RefusalReason.FORBIDDEN_KIND: "รับได้เฉพาะรูป วิดีโอ เสียง PDF และเอกสาร Word, Excel, PowerPoint ค่ะ",
    RefusalReason.DAMAGED: "เปิดไฟล์นี้ไม่ได้ ไฟล์อาจเสียหาย กรุณาส่งใหม่อีกครั้งค่ะ",
    RefusalReason.TOO_MANY_PIXELS: "รูปนี้ใหญ่เกินไป กรุณาย่อขนาดแล้วส่งใหม่ค่ะ",
}


class Fetcher:
    """One a process, shared by its threads. Never called with a session open."""

    def __init__(self, blobs: BlobFolder, channels: ChannelBook, messenger: Messenger) -> None:
        self._blobs = blobs
        self._channels = channels
        self._messenger = messenger

    def fetch(self, agency_id: int, inbound: Inbound, now: datetime) -> FetchedFile | FileTrouble:
        """Raises `NotReady` while the file may still come."""
        if not inbound.content_at_line:
            return FileTrouble(TROUBLE["elsewhere"])
        try:
            clean = clean_file(self._content(agency_id, inbound), inbound.file_name or None)
        except TooLarge:
            return FileTrouble(TROUBLE[RefusalReason.TOO_LARGE])
        except Gone:
            return FileTrouble(TROUBLE["gone"])
        except NeverReady:
            return FileTrouble(TROUBLE["not prepared"])
        except RefusedFile as refused:
            return FileTrouble(TROUBLE[refused.reason])
        except NotReady:
            wait = _WAIT_FOR_FILM if inbound.message_type in _PREPARED else _WAIT
            if now - inbound.happened_at < wait:
                raise
            return FileTrouble(TROUBLE["late"])
        blob = self._blobs.put(agency_id, clean.data, bangkok_day(now))
        return FetchedFile(blob, clean.media_type, len(clean.data))

    def _content(self, agency_id: int, inbound: Inbound) -> bytes:
        most = _MOST_BYTES.get(inbound.message_type, MAX_VIDEO_BYTES)
        if inbound.file_size is not None and inbound.file_size > most:
            raise TooLarge
        channel = self._channels.channel(agency_id)
        try:
            return self._messenger.content(channel, inbound.message_id, most)
        except NotReady:
            if inbound.message_type in _PREPARED:
                self._messenger.check_preparation(channel, inbound.message_id)
            raise
