"""Simulator: the one object that tests, the demo and the pages hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import local
from typing import Any

from simulator import ids
from simulator.events import build_event
from simulator.people import People
from simulator.schema import StrictSchema
from simulator.state import Channel, Delivery, Entry, Fault, Group, RecordedRequest, User, World
from simulator.webhooks import Postman

Json = dict[str, Any]

RATE_LIMITED = "The API rate limit has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."
TOO_CONCURRENT = "The number of concurrent requests has exceeded the limit. Try again later."
SAME_USER = "Too many messages have been sent to the same user. Try again later."

_background = local()


class Simulator(People):
    """A LINE of its own. `strict_schema`: the directory with messaging-api.strict.yml, or None."""

    build_event = staticmethod(build_event)

    def __init__(self, strict_schema: Path | None = None) -> None:
        self.world = World()
        self.schema = StrictSchema(strict_schema) if strict_schema is not None else None
        self.postman = Postman(self.world)
        self.auto_deliver = True
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="line-webhook")
        self._pending: set[Future[object]] = set()

    # Who is there

    def add_channel(
        self,
        slug: str,
        name: str,
        channel_secret: str,
        channel_token: str,
        webhook_url: str,
        bot_user_id: str | None = None,
        redelivery: bool = False,
    ) -> Channel:
        """An official account. Adding a slug again changes it and keeps its chats."""
        with self.world.lock:
            known = self.world.channels.get(slug)
            if known is not None:
                known.name, known.webhook_url = name, webhook_url
                known.channel_secret, known.channel_token = channel_secret, channel_token
                known.bot_user_id = bot_user_id or known.bot_user_id
                known.redelivery = redelivery
                return known
            channel = Channel(
                slug=slug,
                name=name,
                channel_secret=channel_secret,
                channel_token=channel_token,
                webhook_url=webhook_url,
                bot_user_id=bot_user_id or ids.user_id(),
                redelivery=redelivery,
            )
            self.world.channels[slug] = channel
            return channel

    def add_user(
        self,
        display_name: str,
        user_id: str | None = None,
        channel_slugs: Iterable[str] = (),
    ) -> User:
        """A person, already a friend of these channels (no `follow` event is sent)."""
        user = User(user_id or ids.user_id(), display_name, set(channel_slugs))
        with self.world.lock:
            known = self.world.users.setdefault(user.user_id, user)
            known.display_name = display_name
            known.friends |= user.friends
        return known

    def add_group(
        self,
        name: str,
        members: Iterable[User],
        channel_slug: str,
        group_id: str | None = None,
    ) -> Group:
        """A group with the channel's account inside (no `join` event is sent)."""
        member_ids = [user.user_id for user in members]
        group = Group(group_id or ids.group_id(), name, channel_slug, member_ids)
        with self.world.lock:
            self.world.groups[group.group_id] = group
        return group

    # Webhooks

    def deliver(self, channel_slug: str, events: list[Json]) -> int:
        """Sign and POST `{"destination", "events"}` now. Returns the status, 0 for no answer."""
        for event in events:
            if "webhookEventId" in event:
                self.register_event(channel_slug, event)
        return self.postman.deliver(self._channel(channel_slug), events)

    def redeliver(self, channel_slug: str, event: Json) -> int:
        """The same event once more, `isRedelivery` true. Returns the status, 0 for no answer."""
        return self.postman.redeliver(self._channel(channel_slug), [event])

    def redeliver_last(self, channel_slug: str) -> int:
        """The newest event of a channel once more; 0 when there is none."""
        with self.world.lock:
            events = [event for slug, event in self.world.events.values() if slug == channel_slug]
        return self.redeliver(channel_slug, events[-1]) if events else 0

    def in_background(self, work: Callable[[], object]) -> None:
        """Run `work()` in the pool; what the user_* verbs inside it deliver is posted there."""
        future = self._pool.submit(work)
        with self.world.lock:
            self._pending.add(future)
        future.add_done_callback(self._forget)

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is left in the pool; False after `timeout` seconds."""
        with self.world.lock:
            pending = set(self._pending)
        return not wait(pending, timeout).not_done

    def _forget(self, future: Future[object]) -> None:
        with self.world.lock:
            self._pending.discard(future)

    def holding_back(self) -> HoldingBack:
        """`with` it, this thread's user_* verbs hand their events to `.events` and post nothing."""
        return HoldingBack()

    def _hand_over(self, channel_slug: str, event: Json) -> Json:
        held: list[tuple[str, Json]] | None = getattr(_background, "held", None)
        if held is not None:
            held.append((channel_slug, event))
        elif self.auto_deliver:
            self.deliver(channel_slug, [event])
        return event

    # What was seen

    def requests(
        self,
        endpoint: str | None = None,
        channel_slug: str | None = None,
        method: str | None = None,
        status: int | None = None,
    ) -> list[RecordedRequest]:
        """Calls that reached the door, oldest first. `endpoint` as in fail_next."""
        with self.world.lock:
            return [
                call
                for call in self.world.requests
                if endpoint in (None, call.endpoint)
                and channel_slug in (None, call.channel)
                and method in (None, call.method)
                and status in (None, call.status)
            ]

    def deliveries(self, channel_slug: str | None = None) -> list[Delivery]:
        """Tries to deliver webhooks, oldest first."""
        with self.world.lock:
            return [d for d in self.world.deliveries if channel_slug in (None, d.channel_slug)]

    def messages_to(self, recipient_id: str, channel_slug: str | None = None) -> list[Json]:
        """Message objects of the bot that are in this chat, in order, as they were sent."""
        return [
            entry.message
            for entry in self.transcript(recipient_id, channel_slug)
            if entry.sender == "bot"
        ]

    def transcript(self, chat_id: str, channel_slug: str | None = None) -> list[Entry]:
        """Every line of the chat(s) with this user or group, in order."""
        with self.world.lock:
            entries = [
                entry
                for (slug, chat), lines in self.world.chats.items()
                if chat == chat_id and channel_slug in (None, slug)
                for entry in lines
            ]
        return sorted(entries, key=lambda entry: entry.seq)

    def clear(self) -> None:
        """Forget requests, deliveries and faults; people, chats and tokens stay."""
        with self.world.lock:
            self.world.requests.clear()
            self.world.deliveries.clear()
            self.world.faults.clear()

    # LINE in a bad mood

    def fail_next(
        self,
        n: int | None = 1,
        *,
        status: int | None = None,
        message: str | None = None,
        endpoint: str | None = None,
        delay: float = 0.0,
        after_accepting: bool = False,
        drop_connection: bool = False,
        channel_slug: str | None = None,
    ) -> None:
        """Spoil the next `n` calls (None: until clear_faults) to `endpoint` (None: to any).

        Seconds of `delay` come first. Then the call fails with `status` (its usual LINE message
        unless `message`), or the connection is closed without an answer, or, with a delay alone,
        it goes on as usual. With `after_accepting` the call takes effect first and what is lost
        is the answer: closed, `status`, late, or by default 500. A call that LINE refuses anyway
        keeps its refusal.
        """
        plain = status is None and not drop_connection and delay <= 0
        if plain:
            status = 500
        with self.world.lock:
            self.world.faults.append(
                Fault(
                    n,
                    status,
                    message,
                    endpoint,
                    delay,
                    after_accepting,
                    drop_connection,
                    channel_slug,
                )
            )

    def clear_faults(self) -> None:
        """LINE is well again."""
        with self.world.lock:
            self.world.faults.clear()

    def set_quota(self, channel_slug: str, limit: int | None, used: int = 0) -> None:
        """The month's quota; `limit` None is unlimited."""
        with self.world.lock:
            channel = self._channel(channel_slug)
            channel.quota_limit, channel.quota_used = limit, used

    def reset(self) -> None:
        """An empty LINE again; events under way may still arrive."""
        fresh = World()
        with self.world.lock:
            kept = self.world.lock
            self.world.__dict__.update(fresh.__dict__)
            self.world.lock = kept


class HoldingBack:
    """Collects what one thread's user_* verbs would have posted."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Json]] = []

    def __enter__(self) -> HoldingBack:
        _background.held = self.events
        return self

    def __exit__(self, *_: object) -> None:
        _background.held = None
