"""The conversation with a mail server itself: TLS, login, silence, and forged headers."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from bot.mail import Mailer, Security
from bot.scheduler import make_context
from domain.delivery import MailAnswer, MailStep
from jobs.clockwork import run_due
from models.agency import Agency
from models.measure import Measure
from tests.edge.test_mail import ADDRESS, MEASURE, WEDNESDAY, connect, mails, office, post
from tests.offices import Office
from tests.postoffice import (
    PASSWORD,
    SENDER,
    USER,
    PostOffice,
    free_port,
    html_of,
    open_post_office,
)
from tests.town import Town, words

__all__ = ["office", "post"]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's certificate for 127.0.0.1, and the trust of a client that knows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path: Path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, ADDRESS, "ทดสอบ"
    mail.set_content("บรรทัดแรก\n.\nหลังจุดเดียวในบรรทัด", cte="8bit")
    return mail


ACCEPTED = MailAnswer(MailStep.WORDS, 250)
HOW = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])


@HOW
def test_a_login_goes_over_tls_alone_and_lets_mails_in(
    identity: tuple[ssl.SSLContext, ssl.SSLContext], security: Security
) -> None:
    server, client = identity
    with open_post_office(tls=server, wrapped=security is Security.TLS) as post:
        settings = post.server(security=security, user=USER, password=PASSWORD)
        mailer = Mailer(settings, tls=client)
        assert mailer.check() is None
        assert post.mails == []
        assert mailer.send(letter(), ADDRESS) == ACCEPTED
        assert post.logins == 2
        assert "หลังจุดเดียวในบรรทัด" in post.mails[0].get_content()


@HOW
def test_a_server_that_nobody_vouches_for_is_told_nothing(
    identity: tuple[ssl.SSLContext, ssl.SSLContext], security: Security
) -> None:
    with open_post_office(tls=identity[0], wrapped=security is Security.TLS) as post:
        mailer = Mailer(post.server(security=security, user=USER, password=PASSWORD))
        assert mailer.send(letter(), ADDRESS) == MailAnswer(MailStep.DOOR, None)
        assert "_SECURITY" in (mailer.check() or "")
        assert post.logins == 0
        assert post.mails == []


def test_a_wrong_password_is_told_apart_from_a_wrong_address(
    identity: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = identity
    with open_post_office(tls=server) as post:
        settings = post.server(security=Security.STARTTLS, user=USER, password="another")
        mailer = Mailer(settings, tls=client)
        assert mailer.send(letter(), ADDRESS) == MailAnswer(MailStep.LOGIN, 535, policy=True)
        assert "PRONGSAI_SMTP_USER" in (mailer.check() or "")
    nowhere = Mailer(PostOffice(free_port()).server())
    assert "PRONGSAI_SMTP_HOST" in (nowhere.check() or "")


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear() -> None:
    with open_post_office() as post:
        mailer = Mailer(post.server(security=Security.STARTTLS, user=USER, password=PASSWORD))
        assert mailer.send(letter(), ADDRESS) == MailAnswer(MailStep.DOOR, 502)
        assert post.mails == []


@pytest.fixture
def drip() -> Iterator[int]:
    """A server that greets one letter at a time, and never comes to an end."""
    over = threading.Event()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def speak() -> None:
            talk, _ = door.accept()
            with talk:
                talk.sendall(b"220 here\r\n")
                talk.recv(100)
                while not over.wait(0.05):
                    try:
                        talk.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        over.set()
        thread.join(5)


def test_a_server_that_never_comes_to_an_end_is_cut_off(drip: int) -> None:
    mailer = Mailer(PostOffice(drip).server(), timeout=5, patience=0.5)
    answer = mailer.send(letter(), ADDRESS)
    assert (answer.status, answer.may_have_arrived) == (None, False)


def test_a_line_break_in_a_title_or_a_name_makes_no_header(
    town: Town, post: PostOffice, office: Office
) -> None:
    evil = 'x"\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script>'
    with town.db.writing() as session:
        session.get_one(Agency, office.agency_id).name = f"เทศบาล{evil}"
        for measure in session.scalars(select(Measure)):
            measure.title = evil
    town.tick(WEDNESDAY)
    [mail] = post.mails
    assert post.recipients == [ADDRESS]
    assert mail["bcc"] is None
    assert set(mail.keys()) <= {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "List-Id", "MIME-Version", "Content-Type"),
    }
    assert mail["from"].addresses[0].addr_spec == SENDER
    assert len(mail["from"].addresses) == len(mail["to"].addresses) == 1
    assert "<script>" not in html_of(mail)


def test_no_message_to_line_waits_for_a_mail_server_that_says_nothing(
    town: Town, office: Office
) -> None:
    group = town.line.add_group("กองคลัง", [], "makham").group_id
    town.link_group(office, "finance", group)
    with socket.socket() as mute:  # takes the call and never greets
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        connect(town, PostOffice(mute.getsockname()[1]), timeout=0.2)
        run_due(make_context(town.db, town.blobs, town.engine, WEDNESDAY))
        while town.engine.sender.send_one():
            pass
        assert MEASURE in words(town.line.messages_to(group))
        assert mails(town)[0].attempts == 0
        assert town.engine.sender.mail_one()
    assert mails(town)[0].outcome == "mail_not_reached"
