"""A flood of sign-ins: few compare, few wait, and the rest are told to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import islice

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from handlers.desk import turns
from models import login as staff
from models.database import Database
from models.login import Login
from tests.desk.browser import Browser
from tests.offices import PASSWORD, Offices


def _sign_in(browser: Browser) -> TestResponse:
    page = "/desk/sign-in"
    data = {"agency": "makham", "username": "auditor", "password": PASSWORD}
    return browser.post(page, data, page=page)


@contextmanager
def _slow_comparisons(
    monkeypatch: pytest.MonkeyPatch, most: list[int]
) -> Iterator[threading.Event]:
    """Comparisons last until the event is set; ``most`` learns how many ran at once."""
    honest, done, lock = staff.password_matches, threading.Event(), threading.Lock()
    running = 0

    def slow(login: Login | None, password: str) -> bool:
        nonlocal running
        with lock:
            running += 1
            most.append(running)
        assert done.wait(20)
        with lock:
            running -= 1
        return honest(login, password)

    monkeypatch.setattr(staff, "password_matches", slow)
    try:
        yield done
    finally:
        done.set()


def test_in_a_flood_two_passwords_are_compared_at_once_and_the_rest_are_told_to_come_back(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    most: list[int] = []
    with ThreadPoolExecutor(8) as pool, _slow_comparisons(monkeypatch, most) as done:
        tries = [pool.submit(_sign_in, Browser(app)) for _ in range(8)]
        turned_away = [one.result() for one in islice(as_completed(tries, timeout=20), 6)]
        done.set()
        answers = [one.result(timeout=20) for one in tries]
    assert sorted(answer.status_code for answer in answers) == [302] * 2 + [503] * 6
    assert max(most) == 2
    for answer in turned_away:
        assert "มีผู้เข้าสู่ระบบพร้อมกันจำนวนมาก" in answer.text
        assert "ข้อมูลเข้าสู่ระบบไม่ถูกต้อง" not in answer.text
        assert PASSWORD not in answer.text
    assert _sign_in(Browser(app)).status_code == 302  # the doors are open again


def test_of_a_flood_only_a_few_wait_and_the_rest_hold_no_thread(
    app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 60)
    with ThreadPoolExecutor(10) as pool, _slow_comparisons(monkeypatch, []) as done:
        tries = [pool.submit(_sign_in, Browser(app)) for _ in range(10)]
        turned_away = [one.result() for one in islice(as_completed(tries, timeout=20), 4)]
        assert [one.status_code for one in turned_away] == [503] * 4
        done.set()
        codes = sorted(one.result(timeout=20).status_code for one in tries)
    assert codes == [302] * 6 + [503] * 4  # those who waited for their turn got in
