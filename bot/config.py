"""Settings, read from the environment. An unknown or bad one stops the start with its name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.mail import MailServer, Security
from domain.keyring import KeyRing, KeyRingError

PREFIX = "PRONGSAI_"
_NOT_OURS = frozenset({"PRONGSAI_TEST_POSTGRES_URL", "PRONGSAI_LINE_SCHEMA_DIR"})  # tests' own
_OURSELVES = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class BadSettings(Exception):
    """One sentence for the operator: which setting, and what is wrong with it."""


class Settings(BaseSettings):
    """Each field is the environment variable ``PRONGSAI_<NAME>``; `.env.example` lists them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    data_dir: Path = Field(default=Path("data"), description="where the database and files live")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in data_dir")
    keys_file: Path | None = Field(default=None, description="the key ring; keep it elsewhere")
    public_url: str = Field(default="", description="https address that LINE and people can reach")
    line_api_url: str = Field(default="https://api.line.me")
    line_data_url: str = Field(default="https://api-data.line.me")
    bind: str = Field(default="127.0.0.1", description="address that the web server listens on")
    workers: int = Field(default=4, ge=1, le=64, description="threads that handle conversations")
    web_threads: int = Field(default=16, ge=2, le=256, description="threads of the web server")
    search_by_meaning: bool = Field(
        default=True, description="use the models of meaning where installed"
    )
    log_json: bool = Field(default=False, description="one JSON object a log line")
    smtp_host: str = Field(default="", description="mail server; empty: mails wait")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = Field(default="", description="empty: no login")
    smtp_password: SecretStr = Field(default=SecretStr(""))
    smtp_security: Security = Field(default=Security.STARTTLS, description="starttls, tls or none")
    smtp_from: str = Field(
        default="", validate_default=True, description="address that mails come from"
    )

    @field_validator("keys_file", mode="before")
    @classmethod
    def _empty_means_default(cls, value: object) -> object:
        return value or None

    @field_validator("line_api_url", "line_data_url", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if value.startswith("postgresql://"):
            value = value.replace("postgresql://", "postgresql+psycopg://", 1)
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("smtp_security")
    @classmethod
    def _no_password_in_the_clear(cls, value: Security, info: ValidationInfo) -> Security:
        login, host = info.data.get("smtp_user"), info.data.get("smtp_host")
        if value is Security.NONE and login and host not in _OURSELVES:
            raise ValueError("none would send the password in the clear; use starttls or tls")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _sender(cls, value: str, info: ValidationInfo) -> str:
        value = value.strip()
        if info.data.get("smtp_host") and not _ADDRESS.fullmatch(value):
            raise ValueError("must be the address that mails come from, such as bot@example.go.th")
        return value

    @property
    def mail_server(self) -> MailServer | None:
        """None: no mail server is set up, and mails wait."""
        if not self.smtp_host:
            return None
        return MailServer(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            sender=self.smtp_from,
            user=self.smtp_user,
            password=self.smtp_password.get_secret_value(),
        )

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'prongsai.sqlite').absolute()}"

    @property
    def resolved_keys_file(self) -> Path:
        return self.keys_file or self.data_dir / "keys.json"

    @property
    def is_sqlite(self) -> bool:
        return self.resolved_database_url.startswith("sqlite")


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Raises `BadSettings`."""
    environment = os.environ if environment is None else environment
    known = {PREFIX + name.upper() for name in Settings.model_fields} | _NOT_OURS
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            raise BadSettings(f"{name} is not a setting of Prongsai; see .env.example")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSettings(f"{name} {first['msg'].removeprefix('Value error, ')}") from error


def load_keys(settings: Settings, *, create: bool = False) -> KeyRing:
    """The key ring; with ``create`` a new one is written where none is. Raises `BadSettings`."""
    path = settings.resolved_keys_file
    if create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(KeyRing.generate().to_json())
    try:
        return KeyRing.from_json(path.read_text())
    except FileNotFoundError as error:
        raise BadSettings(
            f"PRONGSAI_KEYS_FILE: there is no key file at {path}; "
            "`prongsai db upgrade` makes one for a new installation"
        ) from error
    except (KeyRingError, OSError) as error:
        raise BadSettings(f"PRONGSAI_KEYS_FILE: {error}") from error
