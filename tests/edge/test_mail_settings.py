"""Settings of the mail server: a bad one stops the start, and `doctor` says what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BadSettings, load_settings
from bot.mail import Security
from tests.commands import run_command
from tests.postoffice import free_port, open_post_office

pytestmark = pytest.mark.any_engine
GOOD = {"HOST": "mail.example.go.th", "FROM": "bot@example.go.th"}


def set_all(monkeypatch: pytest.MonkeyPatch, **settings: str) -> dict[str, str]:
    named = {f"PRONGSAI_SMTP_{name}": value for name, value in {**GOOD, **settings}.items()}
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return named


def test_a_host_and_an_address_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    server = load_settings(set_all(monkeypatch)).mail_server
    assert server is not None
    assert (server.host, server.port, server.security, server.sender) == (
        "mail.example.go.th",
        587,
        Security.STARTTLS,
        "bot@example.go.th",
    )


def test_without_a_host_there_is_no_mail_server() -> None:
    assert load_settings({}).mail_server is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FROM", ""),
        ("FROM", "โปร่งใส"),
        ("FROM", "bot@example.go.th\nBcc: x@evil.example"),
        ("FROM", "Prongsai <bot@example.go.th>"),
        ("PORT", "0"),
        ("PORT", "smtp"),
        ("SECURITY", "ssl3"),
    ],
)
def test_a_bad_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=f"PRONGSAI_SMTP_{name}"):
        load_settings(set_all(monkeypatch, **{name: value}))


def test_a_password_is_neither_sent_in_the_clear_nor_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    login = {"USER": "bot", "PASSWORD": "a mail pass word"}
    settings = load_settings(set_all(monkeypatch, **login))
    assert "a mail pass word" not in repr(settings) + repr(settings.mail_server)
    with pytest.raises(BadSettings, match="PRONGSAI_SMTP_SECURITY none would send the password"):
        load_settings(set_all(monkeypatch, **login, SECURITY="none"))
    load_settings(set_all(monkeypatch, **login, SECURITY="none", HOST="127.0.0.1"))


def test_doctor_tries_the_mail_server_and_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_command(tmp_path, "db", "upgrade")
    assert "ok    mail" in run_command(tmp_path, "doctor").stdout
    port = free_port()
    ours = set_all(monkeypatch, HOST="127.0.0.1", PORT=str(port), SECURITY="none")
    away = run_command(tmp_path, "doctor", settings=ours).stdout
    assert "MEND  mail: it cannot be reached" in away
    assert "PRONGSAI_SMTP_HOST" in away
    with open_post_office(port) as post:
        assert "ok    mail" in run_command(tmp_path, "doctor", settings=ours).stdout
        assert post.mails == []
