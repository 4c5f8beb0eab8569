"""Flask-Security, as the desk uses it: the user behind a session, signing in and out, freshness,
one-time codes and recovery codes. Its own pages are not registered; ours are beside this module.

The datastore answers with plain data and opens its own sessions: none lives on between two calls.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_security import MfRecoveryCodesUtil, Security, Totp, UserDatastore, UserMixin
from passlib.exc import UsedTokenError
from passlib.totp import TOTP

from handlers.context import now, services
from handlers.desk.freshness import FRESH_FOR
from handlers.desk.viewer import DeskRole, Refused, Viewer, held, load_viewer, log, our
from models import login, second_factor
from models.person import Person

_WINDOW = second_factor.STEP  # a telephone's clock may be so many seconds off
_ISSUER = "Prongsai"


_SET, _MOVED = "person.second_factor_set", "person.second_factor_moved"
_LOCKED = (
    "ยังไม่ได้ตั้งแอป เพราะบัญชีนี้พักการเข้าใช้ชั่วคราว มีการใส่รหัสผ่านหรือรหัสยืนยันผิดหลายครั้ง "
    "กรุณารอไม่เกิน 15 นาที แล้วพิมพ์ตัวเลขล่าสุดจากแอปอีกครั้ง"
)
_SET_UP_ALREADY = (
    "ยังไม่ได้ตั้งอีกครั้ง เพราะมีการตั้งแอปของบัญชีนี้ไปแล้วจากอีกหน้าต่างหนึ่ง แอปและรหัสสำรองที่ตั้งครั้งนั้นยังใช้ได้ "
    "หากไม่ใช่ท่านที่ตั้ง กรุณาแจ้งผู้ดูแลระบบทันที"
)


class NotSetUp(UsedTokenError):  # type: ignore[misc]
    """Nothing was kept of a new key; the text says why, in Thai."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class People(UserDatastore):
    """Our own models behind Flask-Security. Secrets are sealed where they are kept."""

    def __init__(self) -> None:
        super().__init__(Viewer, DeskRole)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> UserMixin | None:
        """By the id that a session carries; people are found by nothing else."""
        del case_insensitive
        return load_viewer(str(wanted.get("fs_uniquifier", "")))

    def find_role(self, role: str) -> DeskRole | None:
        return DeskRole.named(role)

    def tf_set(
        self,
        user: UserMixin,
        primary_method: str,
        totp_secret: str | None = None,
        phone: str | None = None,
    ) -> None:
        raise NotImplementedError("a key is kept with its recovery codes: OneTimeCodes.set_up")

    def mf_set_recovery_codes(self, user: UserMixin, rcs: list[str] | None) -> None:
        raise NotImplementedError("codes are made where they are hashed: RecoveryCodes")

    def mf_get_recovery_codes(self, user: UserMixin) -> list[str]:
        """The hashes of those that are left."""
        with services().db.reading() as session:
            viewer = our(user)
            person = session.get(Person, (viewer.agency_id, viewer.person_id))
            return second_factor.recovery_hashes(session, person) if person else []


class RecoveryCodes(MfRecoveryCodesUtil):
    """Ten codes, shown once, kept as keyed hashes, each good once."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        with services().db.writing() as session:
            person = held(session, our(user))
            codes = second_factor.make_recovery_codes(session, person)
            log(session, person, "person.recovery_codes_made")
        return codes

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Check and use up in one go."""
        with services().db.writing() as session:
            try:
                person = held(session, our(user))
            except Refused:
                return False
            if login.is_locked(person, now()):
                return False
            if not second_factor.use_recovery_code(session, person, code):
                return False
            log(session, person, "person.recovery_code_used")
        return True


class OneTimeCodes(Totp):
    """RFC 6238 with no replay: of a code that comes twice, also to two processes, one counts."""

    def generate_totp_secret(self) -> str:
        return second_factor.new_secret()

    def get_last_counter(self, user: UserMixin) -> int | None:
        with services().db.reading() as session:
            viewer = our(user)
            person = session.get(Person, (viewer.agency_id, viewer.person_id))
            return person.totp_counter if person else None

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        with services().db.writing() as session:
            try:
                person = held(session, our(user))
            except Refused as error:
                raise UsedTokenError from error
            if login.is_locked(person, now()):
                raise UsedTokenError
            if not second_factor.use_counter(session, person, tmatch.counter):
                raise UsedTokenError

    def set_up(self, user: UserMixin, secret: str, code: str, *, first: bool) -> list[str] | None:
        """Keep a new key, once its authenticator has shown a right code, which is used up with it;
        the recovery codes, or None for a wrong code. All of it or nothing.

        ``first``: there must be none yet. Raises `NotSetUp`, and `Refused`.
        """
        try:
            match = TOTP.verify(code, TOTP.from_json(secret), window=_WINDOW)
        except ValueError:
            return None
        with services().db.writing() as session:
            person = held(session, our(user))
            if login.is_locked(person, now()):
                raise NotSetUp(_LOCKED)
            had = second_factor.secret_of(session, person)
            # In two windows the same key: the codes that the first of them shows stay good.
            if had is not None and (first or had == secret):
                raise NotSetUp(_SET_UP_ALREADY)
            second_factor.set_second_factor(session, person, secret, match.counter)
            log(session, person, _MOVED if had is not None else _SET)
            codes = second_factor.make_recovery_codes(session, person)
            log(session, person, "person.recovery_codes_made")
        return codes


def right_code(viewer: Viewer, code: str) -> bool:
    """Check a one-time code and use it up; a wrong one is counted."""
    with services().db.reading() as session:
        person = session.get(Person, (viewer.agency_id, viewer.person_id))
        secret = second_factor.secret_of(session, person) if person else None
    if secret is None:
        return False
    codes = extension().totp_factory
    if codes.verify_totp(code, secret, viewer, window=_WINDOW):
        return True
    viewer.track_failed_authn("passcode", tfa=True)
    return False


class DeskSessions(SecureCookieSessionInterface):
    """Eight hours of doing nothing end a session. What a page asks for by itself while it lies
    open is doing nothing."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if is_live():
            return False
        return super().should_set_cookie(app, session)


def is_live() -> bool:
    """Whether a page asks by itself (`static/live.js`), and nobody does anything."""
    return "X-Live" in request.headers or (request.endpoint or "").endswith("_live")


def extension() -> Any:
    return current_app.extensions["security"]


def secure(app: Flask) -> None:
    """Needs the app's ``SECRET_KEY``, and its protection of forms before it."""
    secret = app.config["SECRET_KEY"]
    raw = secret.encode() if isinstance(secret, str) else secret
    # For what Flask-Security would seal itself, which is nothing: our keys are in the vault.
    key = hmac.digest(raw, b"flask-security", "sha256")
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 (a scheme's name)
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_SALT=key.hex(),
        SECURITY_TOTP_SECRETS={"1": key.hex()},
        SECURITY_TOTP_ISSUER=_ISSUER,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=second_factor.RECOVERY_CODES,
        SECURITY_FRESHNESS=FRESH_FOR,
        SECURITY_FRESHNESS_GRACE_PERIOD=timedelta(0),
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_CLI_USERS_NAME=None,  # `prongsai person` is ours
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[],
    )
    security = Security(
        app,
        People(),
        register_blueprint=False,
        totp_cls=OneTimeCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    # A session's cookie is the one way in: no tokens in headers or addresses.
    security.login_manager.request_loader(None)
    # These two would look the user up for every request and every template of the whole app,
    # LINE's and the citizens' too; the desk's guard does it for the desk.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.template_context_processors[None] = [
        one
        for one in app.template_context_processors[None]
        if one.__module__ not in ("flask_login.utils",)
    ]
    app.session_interface = DeskSessions()


def no_answer() -> Response:
    """What a live piece gets without a session: the page goes on as it is."""
    return Response(status=401)
