"""Calendars as files that phones and mail programs subscribe to (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

_MAKER = "-//Prongsai//Obligations//TH"
_EVERY = timedelta(hours=6)  # how often a calendar should look again


@dataclass(frozen=True)
class Day:
    """One thing that is due on a day, all day long."""

    uid: str  # stays, whatever becomes of it
    on: date
    title: str
    text: str
    changed: datetime
    version: int  # grows with every change
    cancelled: bool = False
    url: str = ""


def write_calendar(name: str, zone: str, days: Sequence[Day]) -> bytes:
    """The same input gives the same bytes, so that an unchanged calendar need not be sent again."""
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # Twice each: by the standard, and as programs older than it call them.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add("x-wr-timezone", zone)
    for day in days:
        calendar.add_component(_event(day))
    return bytes(calendar.to_ical())


def _event(day: Day) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", day.changed)
    event.add("last-modified", day.changed)
    event.add("sequence", day.version)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))  # RFC 5545, 3.6.1: the first day after it
    event.add("summary", day.title)
    event.add("description", day.text)
    event.add("status", "CANCELLED" if day.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy all that day
    if day.url:
        event.add("url", day.url)
    return event
