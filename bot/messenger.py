"""Calls to LINE, through its own SDK: replies, pushes, quota, content. Every call is logged.

What comes back is an `Answer` for `domain.delivery`; nothing here raises for what LINE does.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import requests
import structlog
import urllib3
from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    Message,
    MessagingApi,
    PushMessageRequest,
    ReplyMessageRequest,
)
from linebot.v3.messaging.exceptions import ApiException

from bot.metrics import LINE_CALLS
from domain.delivery import Answer
from models.agency import Channel

_log = structlog.get_logger(__name__)
_TIMEOUT = (3.05, 10.0)  # seconds to connect, to read; the SDK has none of its own
_MOST_CLIENTS = 200
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Quota:
    limit: int | None  # None: LINE says that the plan has none
    used: int


class ContentTrouble(Exception):
    """Why a file could not be fetched."""


class NotReady(ContentTrouble):
    """LINE is still preparing it (202), or could not be reached: try again soon."""


class Gone(ContentTrouble):
    """Withdrawn by its sender or deleted by LINE (404, 410)."""


class TooLarge(ContentTrouble):
    """More bytes than we take."""


class NeverReady(ContentTrouble):
    """LINE could not prepare the film or the sound, and never will."""


class Messenger:
    """One a process, shared by its threads. Keeps one client an agency (a connection pool)."""

    def __init__(
        self, api_url: str, data_url: str, timeout: tuple[float, float] = _TIMEOUT
    ) -> None:
        self._api_url = api_url
        self._data_url = data_url
        self._timeout = timeout
        self._lock = threading.Lock()
        self._clients: OrderedDict[tuple[int, str], ApiClient] = OrderedDict()
        self._http = requests.Session()

    @property
    def is_on_plain_http(self) -> bool:
        """Never LINE itself: the simulator on this machine."""
        return self._api_url.startswith("http://")

    def reply(self, channel: Channel, token: str, messages: Sequence[Message]) -> Answer:
        request = ReplyMessageRequest(reply_token=token, messages=list(messages))
        api = MessagingApi(self._client(channel))
        return self._call(
            "reply",
            lambda: api.reply_message_with_http_info(request, _request_timeout=self._timeout),
        )

    def push(
        self, channel: Channel, to: str, messages: Sequence[Message], retry_key: UUID
    ) -> Answer:
        request = PushMessageRequest(to=to, messages=list(messages))
        api = MessagingApi(self._client(channel))
        return self._call(
            "push",
            lambda: api.push_message_with_http_info(
                request, x_line_retry_key=str(retry_key), _request_timeout=self._timeout
            ),
        )

    def quota(self, channel: Channel) -> Quota | None:
        """The month's quota and use; None when LINE did not say."""
        api = MessagingApi(self._client(channel))
        try:
            quota = api.get_message_quota(_request_timeout=self._timeout)
            used = api.get_message_quota_consumption(_request_timeout=self._timeout)
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            _log.warning("line_quota_unknown", error=type(error).__name__)
            return None
        return Quota(quota.value if quota.type == "limited" else None, used.total_usage)

    def count_members(self, channel: Channel, group: str) -> int | None:
        """How many belong to a group (or a room), the account left out; None when not said."""
        api = MessagingApi(self._client(channel))
        ask = api.get_room_member_count if group.startswith("R") else api.get_group_member_count
        try:
            found = ask(group, _request_timeout=self._timeout)
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            _log.warning("line_members_unknown", error=type(error).__name__)
            return None
        return int(found.count)

    def basic_id(self, channel: Channel) -> str | None:
        """The account's "@…" id, of links that open its chat; None when LINE did not say."""
        api = MessagingApi(self._client(channel))
        try:
            info = api.get_bot_info(_request_timeout=self._timeout)
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            _log.warning("line_account_unknown", error=type(error).__name__)
            return None
        # A premium id is the one that people know.
        found = str(info.premium_id or info.basic_id or "")
        return found if found.startswith("@") and len(found) <= 40 else None

    def content(self, channel: Channel, message_id: str, most_bytes: int) -> bytes:
        """A message's file. Raises `NotReady`, `Gone` or `TooLarge`; the last before a byte of it
        is read, where LINE says how long it is.

        The SDK would hold it whole whatever its size, and says nothing of a 202.
        """
        if not message_id.isalnum():
            raise Gone
        url = f"{self._data_url}/v2/bot/message/{message_id}/content"
        headers = {"Authorization": f"Bearer {channel.token}"}
        started = time.monotonic()
        try:
            with self._http.get(
                url, headers=headers, stream=True, timeout=self._timeout
            ) as response:
                request_id = response.headers.get("x-line-request-id")
                _report("content", response.status_code, request_id, started)
                if response.status_code in (404, 410):
                    raise Gone
                if response.status_code != 200:
                    raise NotReady
                if _length(response) > most_bytes:
                    raise TooLarge
                return _read_capped(response, most_bytes)
        except requests.RequestException as error:
            _report("content", None, None, started, error=type(error).__name__)
            raise NotReady from error

    def check_preparation(self, channel: Channel, message_id: str) -> None:
        """Ask what has become of a film or a sound that is not ready: `NeverReady` or nothing."""
        url = f"{self._data_url}/v2/bot/message/{message_id}/content/transcoding"
        headers = {"Authorization": f"Bearer {channel.token}"}
        started = time.monotonic()
        try:
            response = self._http.get(url, headers=headers, timeout=self._timeout)
            request_id = response.headers.get("x-line-request-id")
            _report("transcoding", response.status_code, request_id, started)
            said = response.json() if response.status_code == 200 else {}
        except (requests.RequestException, ValueError) as error:
            _report("transcoding", None, None, started, error=type(error).__name__)
            return
        if isinstance(said, dict) and said.get("status") == "failed":
            raise NeverReady

    def _client(self, channel: Channel) -> ApiClient:
        key = (channel.agency_id, channel.token)
        with self._lock:
            client = self._clients.pop(key, None)
            if client is None:
                configuration = Configuration(host=self._api_url, access_token=channel.token)
                configuration.retries = urllib3.Retry(0, redirect=0)  # ours are in the outbox
                client = ApiClient(configuration)
            self._clients[key] = client
            while len(self._clients) > _MOST_CLIENTS:
                self._clients.popitem(last=False)
            return client

    def _call(self, endpoint: str, call: Callable[[], object]) -> Answer:
        started = time.monotonic()
        try:
            response = call()
        except ApiException as error:
            headers = error.headers or {}
            request_id = headers.get("x-line-request-id")
            status = int(error.status or 0) or None
            _report(endpoint, status, request_id, started)
            accepted = headers.get("x-line-accepted-request-id")
            return Answer(status, str(error.body or ""), request_id, accepted)
        except urllib3.exceptions.HTTPError as error:
            _report(endpoint, None, None, started, error=type(error).__name__)
            return Answer(None, reached=not _never_left(error))
        headers = getattr(response, "headers", None) or {}
        request_id = headers.get("x-line-request-id")
        status = int(getattr(response, "status_code", 200))
        _report(endpoint, status, request_id, started)
        return Answer(status, request_id=request_id)


def _never_left(error: urllib3.exceptions.HTTPError) -> bool:
    """True when no connection was made, so that LINE cannot have seen the request."""
    reason = getattr(error, "reason", None) or error
    return isinstance(
        reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError
    )


def _length(response: requests.Response) -> int:
    """The body's length in bytes as LINE announces it; 0 where it does not."""
    announced = response.headers.get("content-length", "")
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def _read_capped(response: requests.Response, most_bytes: int) -> bytes:
    held = bytearray()
    for chunk in response.iter_content(_CHUNK):
        held += chunk
        if len(held) > most_bytes:
            raise TooLarge
    return bytes(held)


def _report(
    endpoint: str,
    status: int | None,
    request_id: str | None,
    started: float,
    *,
    error: str | None = None,
) -> None:
    LINE_CALLS.labels(endpoint, str(status or "none")).inc()
    _log.info(
        "line_call",
        endpoint=endpoint,
        status=status,
        line_request_id=request_id,
        milliseconds=round((time.monotonic() - started) * 1000, 1),
        error=error,
    )
