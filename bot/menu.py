"""An account's menu below the chat, registered with LINE through its SDK; and who the account is.

LINE's menus cannot be changed, so a new one is made, given its picture and shown, and only then
the ones before it are taken away. Ours are known by their name, which carries a hash of what they
are: a menu that is shown already is left as it is, and other people's are never touched.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import structlog
import urllib3
from linebot.v3.messaging import (
    ApiClient,
    ApiResponse,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
    RichMenuRequest,
)
from linebot.v3.messaging.exceptions import ApiException

from documents.drawing import DOORS, MENU_HEIGHT, MENU_WIDTH, areas, draw_menu
from models.agency import Channel

_log = structlog.get_logger(__name__)
_TIMEOUT = (3.05, 30.0)  # seconds to connect, to read
_OURS = re.compile(r"prongsai-[0-9a-f]{12}")
_CHAT_BAR = "เมนู"
MOST_BYTES = 1_000_000  # LINE's limit on a menu's picture


class LineRefused(Exception):
    """LINE did not do what was asked. ``str(error)`` goes on after "…: ". Never has a secret."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status  # None: it is not known whether LINE did it


class MenuTrouble(Exception):
    """The menu could not be registered; one sentence says what is shown now."""


@dataclass(frozen=True)
class Menu:
    """A menu and its picture, ready for LINE."""

    definition: dict[str, Any]
    picture: bytes

    @property
    def name(self) -> str:
        return str(self.definition["name"])


@dataclass(frozen=True)
class Standing:
    """Which menus an account has: the one that everybody sees, and all of ours."""

    shown: str | None  # id
    names: dict[str, str]  # by id; foreign ones too

    def shows(self, menu: Menu) -> bool:
        return self.shown is not None and self.names.get(self.shown) == menu.name

    def ours_but(self, kept: str | None) -> list[str]:
        return [key for key, name in self.names.items() if key != kept and _OURS.fullmatch(name)]

    @property
    def foreign_is_shown(self) -> bool:
        return self.shown is not None and not _OURS.fullmatch(self.names.get(self.shown, ""))


@dataclass(frozen=True)
class Registered:
    changed: bool
    removed: int
    foreign_hidden: bool  # another program's menu was shown before; it still exists


def make_menu(agency: str) -> Menu:
    """The six doors with this agency's name over them."""
    picture = draw_menu(agency)
    definition: dict[str, Any] = {
        "size": {"width": MENU_WIDTH, "height": MENU_HEIGHT},
        "selected": True,
        "chatBarText": _CHAT_BAR,
        "areas": [
            {
                "bounds": asdict(area),
                "action": {
                    "type": "postback",
                    "label": door.choice.label,
                    "data": door.choice.data,
                    "displayText": door.choice.say,
                    "inputOption": "openKeyboard" if door.types else "closeRichMenu",
                },
            }
            for door, area in zip(DOORS, areas(), strict=True)
        ],
    }
    if len(picture) > MOST_BYTES:
        raise MenuTrouble("the picture is larger than LINE takes, so nothing was changed")
    said = json.dumps(definition, sort_keys=True).encode()
    short = hashlib.sha256(said + b"\0" + picture).hexdigest()[:12]
    return Menu({**definition, "name": f"prongsai-{short}"}, picture)


class Account:
    """One agency's LINE account, for the few calls that an operator makes."""

    def __init__(self, channel: Channel, api_url: str, data_url: str) -> None:
        self._api = MessagingApi(_client(api_url, channel))
        self._blob = MessagingApiBlob(_client(data_url, channel))

    def basic_id(self) -> str:
        """What one searches for to find the account, such as @123abcde. Raises `LineRefused`."""
        info = _call(
            "info", lambda: self._api.get_bot_info_with_http_info(_request_timeout=_TIMEOUT)
        )
        return str(info.data.basic_id)

    def standing(self) -> Standing:
        """Raises `LineRefused`."""
        # Not through the SDK's model: it rejects a foreign menu with an action it does not know.
        listed = _call(
            "richmenu_list",
            lambda: self._api.get_rich_menu_list_with_http_info(
                _preload_content=False, _request_timeout=_TIMEOUT
            ),
        )
        try:
            menus = json.loads(listed.raw_data)["richmenus"]
            names = {str(one["richMenuId"]): str(one.get("name", "")) for one in menus}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LineRefused("LINE's list of menus could not be read") from error
        return Standing(self._shown(), names)

    def check(self, menu: Menu) -> None:
        """Would LINE take it? Changes nothing. Raises `LineRefused`."""
        wanted = RichMenuRequest.from_dict(menu.definition)
        _call(
            "richmenu_validate",
            lambda: self._api.validate_rich_menu_object_with_http_info(
                wanted, _request_timeout=_TIMEOUT
            ),
        )

    def register(self, menu: Menu) -> Registered:
        """Show this menu to everybody. Raises `MenuTrouble`; then the old one is still shown,
        unless the sentence says otherwise."""
        try:
            before = self.standing()
        except LineRefused as error:
            raise MenuTrouble(f"nothing was changed: {error}") from error
        if before.shows(menu):
            return Registered(False, self._remove(before.ours_but(before.shown)), False)
        made = self._make(menu)
        self._show(made)
        return Registered(True, self._remove(before.ours_but(made)), before.foreign_is_shown)

    def _make(self, menu: Menu) -> str:
        """A menu with its picture, shown to nobody yet; its id."""
        wanted = RichMenuRequest.from_dict(menu.definition)
        try:
            answer = _call(
                "richmenu_create",
                lambda: self._api.create_rich_menu_with_http_info(
                    wanted, _request_timeout=_TIMEOUT
                ),
            )
        except LineRefused as error:
            raise MenuTrouble(
                f"the menu could not be made and the old one stays: {error}"
            ) from error
        made = str(answer.data.rich_menu_id)
        try:
            _call(
                "richmenu_upload",
                lambda: self._blob.set_rich_menu_image_with_http_info(
                    made,
                    body=menu.picture,
                    _headers={"Content-Type": "image/png"},
                    _request_timeout=_TIMEOUT,
                ),
            )
        except LineRefused as error:
            self._forget(made)
            raise MenuTrouble(
                f"the picture could not be sent and the old menu stays: {error}"
            ) from error
        return made

    def _show(self, made: str) -> None:
        try:
            _call(
                "richmenu_default",
                lambda: self._api.set_default_rich_menu_with_http_info(
                    made, _request_timeout=_TIMEOUT
                ),
            )
        except LineRefused as error:
            # A lost answer does not tell whether it was done. Taking away a menu that people see
            # would be worse than leaving one that nobody does: the next run takes that away.
            try:
                shown = self._shown()
            except LineRefused:
                raise MenuTrouble(
                    "it is not known whether the new menu or the old one is shown; "
                    f"run this again: {error}"
                ) from error
            if shown == made:
                return
            self._forget(made)
            raise MenuTrouble(
                f"the new menu could not be shown and the old one stays: {error}"
            ) from error

    def _shown(self) -> str | None:
        try:
            answer = _call(
                "richmenu_shown",
                lambda: self._api.get_default_rich_menu_id_with_http_info(
                    _request_timeout=_TIMEOUT
                ),
            )
        except LineRefused as error:
            if error.status == 404:
                return None
            raise
        return str(answer.data.rich_menu_id)

    def _remove(self, old: list[str]) -> int:
        for number, menu_id in enumerate(old):
            try:
                self._delete(menu_id)
            except LineRefused as error:
                raise MenuTrouble(
                    f"the menu is shown, but {len(old) - number} older of ours could not be "
                    f"taken away; run this again: {error}"
                ) from error
        return len(old)

    def _forget(self, made: str) -> None:
        """Take away what was made in vain, if LINE lets us; otherwise the next run does."""
        try:
            self._delete(made)
        except LineRefused:
            _log.warning("menu_left_behind")

    def _delete(self, menu_id: str) -> None:
        try:
            _call(
                "richmenu_delete",
                lambda: self._api.delete_rich_menu_with_http_info(
                    menu_id, _request_timeout=_TIMEOUT
                ),
            )
        except LineRefused as error:
            if error.status != 404:  # gone already
                raise


def _client(url: str, channel: Channel) -> ApiClient:
    configuration = Configuration(host=url, access_token=channel.token)
    configuration.retries = urllib3.Retry(0, redirect=0)
    return ApiClient(configuration)


def _call(endpoint: str, call: Callable[[], ApiResponse]) -> ApiResponse:
    """One call, logged. Raises `LineRefused` for whatever LINE or the network does."""
    started = time.monotonic()
    status: int | None = None
    request_id: str | None = None
    try:
        answer = call()
        status = int(answer.status_code or 200)
        request_id = (answer.headers or {}).get("x-line-request-id")
        return answer
    except ApiException as error:
        status = int(error.status or 0) or None
        request_id = (error.headers or {}).get("x-line-request-id")
        raise LineRefused(_reason(status, str(error.body or "")), status) from None
    except urllib3.exceptions.HTTPError:
        raise LineRefused("LINE could not be reached, or did not answer in time") from None
    except ValueError as error:  # the SDK, on an answer that is not what LINE promises
        raise LineRefused("LINE's answer could not be read") from error
    finally:
        _log.info(
            "line_call",
            endpoint=endpoint,
            status=status,
            line_request_id=request_id,
            milliseconds=round((time.monotonic() - started) * 1000, 1),
        )


def _reason(status: int | None, body: str) -> str:
    if status in (401, 403):
        return (
            "LINE did not accept the channel access token; issue a new one in LINE's console and "
            "run `prongsai agency channel`"
        )
    try:
        said = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        said = ""
    return f"LINE answered {status}" + (f" ({said})" if said else "")
