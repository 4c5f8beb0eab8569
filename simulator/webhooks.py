"""Signing and posting webhooks, with LINE's redelivery."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import threading
import time
from typing import Any

import urllib3

from simulator import ids
from simulator.state import Channel, Delivery, World

Json = dict[str, Any]


def sign(channel_secret: str, body: bytes) -> str:
    """`x-line-signature` of a raw body: base64 of HMAC-SHA256."""
    digest = hmac.new(channel_secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Postman:
    """Delivers events to webhooks. urllib3 rather than requests: no proxy settings are read."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._http = urllib3.PoolManager(num_pools=16, maxsize=16, retries=False)
        # LINE asks for an answer within two seconds; a busy test machine gets more, and what
        # took longer shows in Delivery.seconds.
        self.timeout = 10.0
        self.redelivery_delays: tuple[float, ...] = (1.0, 3.0, 10.0)

    def deliver(self, channel: Channel, events: list[Json], *, redelivery: bool = False) -> int:
        """Sign and post; returns the status, or 0 when nobody answered. The net never raises."""
        body = json.dumps(
            {"destination": channel.bot_user_id, "events": events},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        status, _ = self.post(channel, body, events, redelivery=redelivery)
        if 200 <= status < 300:
            self._mark_read(events)
        elif channel.redelivery and events and not redelivery:
            self._redeliver_later(channel, events, 0)
        return status

    def post(
        self,
        channel: Channel,
        body: bytes,
        events: list[Json],
        *,
        url: str | None = None,
        redelivery: bool = False,
    ) -> tuple[int, str | None]:
        """Post a raw body once. Returns (status or 0, what went wrong or None)."""
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": sign(channel.channel_secret, body),
        }
        started = time.perf_counter()
        status: int | None = None
        error: str | None = None
        target = url or channel.webhook_url
        try:
            answer = self._http.request(
                "POST", target, body=body, headers=headers, timeout=self.timeout, redirect=False
            )
            status = answer.status
            if not 200 <= status < 300:
                error = "error_status_code"
        except urllib3.exceptions.NewConnectionError:
            error = "could_not_connect"
        except urllib3.exceptions.TimeoutError:
            error = "request_timeout"
        except (urllib3.exceptions.HTTPError, ValueError, OSError) as problem:
            error = f"could_not_connect: {type(problem).__name__}"
        delivery = Delivery(
            number=self._world.next_number(),
            channel_slug=channel.slug,
            url=target,
            event_ids=[str(event.get("webhookEventId")) for event in events],
            event_types=[str(event.get("type")) for event in events],
            time=ids.now(),
            status=status,
            seconds=round(time.perf_counter() - started, 4),
            error=error,
            redelivery=redelivery,
        )
        with self._world.lock:
            self._world.deliveries.append(delivery)
        return status or 0, error

    def redeliver(self, channel: Channel, events: list[Json]) -> int:
        """The same events once more, marked; ids and reply tokens stay."""
        return self.deliver(channel, [as_redelivery(event) for event in events], redelivery=True)

    def _redeliver_later(self, channel: Channel, events: list[Json], attempt: int) -> None:
        if attempt >= len(self.redelivery_delays):
            return

        def again() -> None:
            status = self.redeliver(channel, events)
            if not 200 <= status < 300:
                self._redeliver_later(channel, events, attempt + 1)

        delay = self.redelivery_delays[attempt]
        if delay <= 0:
            again()
            return
        timer = threading.Timer(delay, again)
        timer.daemon = True
        timer.start()

    def _mark_read(self, events: list[Json]) -> None:
        # An official account in bot mode reads a message as soon as its webhook is taken.
        for event in events:
            message = event.get("message")
            if not isinstance(message, dict):
                continue
            found = self._world.find_entry(str(message.get("id")))
            if found is not None and not found[1].read:
                found[1].read = True
                self._world.touch(found[1])


def as_redelivery(event: Json) -> Json:
    """A copy of an event with `deliveryContext.isRedelivery` true."""
    again = copy.deepcopy(event)
    again["deliveryContext"] = {"isRedelivery": True}
    return again
