"""Counters for /metrics (Prometheus). No label may ever carry anything personal."""

from __future__ import annotations

from prometheus_client import Counter

WEBHOOKS = Counter("prongsai_webhooks_total", "Webhook requests by result", ["result"])
EVENTS_STORED = Counter("prongsai_events_stored_total", "Webhook events stored, repeats included")
EVENTS_DONE = Counter("prongsai_events_total", "Webhook events by outcome", ["outcome"])
LINE_CALLS = Counter("prongsai_line_calls_total", "Calls to LINE", ["endpoint", "status"])
MESSAGES = Counter("prongsai_messages_total", "Outgoing messages by final state", ["state"])
