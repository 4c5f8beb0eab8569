"""`prongsai person`: staff."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from bot.cli.common import BadInput, agency_or_stop, open_process
from domain.addresses import read_email
from handlers.desk.people_notices import (
    tell_of_invitation,
    tell_of_new_right,
    tell_of_reset,
)
from models import audit
from models.division import find_division
from models.duty import add_duty, email_taken, remove_duty, remove_email, set_email
from models.invitation import end_invitations, invite
from models.person import (
    OF_A_DIVISION,
    BadPerson,
    Person,
    Post,
    Role,
    add_person,
    find_person,
    set_password,
)
from models.second_factor import reset_second_factor


@click.group()
def person() -> None:
    """Staff (เจ้าหน้าที่) of an agency."""


@person.command("add")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--name", required=True, help="as shown to others")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--division", help="the division's name or alias")
@click.option("--post", type=click.Choice([post.value for post in Post]), help="ปลัด or นายก")
@click.option("--password-stdin", is_flag=True, help="read a desk password from standard input")
def add(
    slug: str,
    agency: str,
    name: str,
    role: str,
    division: str | None,
    post: str | None,
    password_stdin: bool,
) -> None:
    """Add a member of staff; SLUG is the user name for the desk."""
    process = open_process()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with process.db.writing() as session:
        owner = agency_or_stop(session, agency)
        place = find_division(session, owner.id, division) if division else None
        if division and place is None:
            raise BadInput(f"{agency!r} has no division {division!r}")
        try:
            added = add_person(
                session,
                owner.id,
                username=slug,
                name=name,
                role=Role(role),
                division_id=place.id if place else None,
                post=Post(post) if post else None,
                password=password,
            )
        except BadPerson as error:
            raise BadInput(str(error)) from error
        audit.record(
            session,
            owner.id,
            action="person.added",
            subject=f"person:{added.id}",
            actor="system",
            now=datetime.now(UTC),
            detail={"role": role},
        )
        tell_of_new_right(session, added, None, datetime.now(UTC))
    click.echo(f"added {slug}", err=True)


@person.command("invite")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
def invite_command(slug: str, agency: str) -> None:
    """Print a code, good for 7 days: it links the LINE account of whoever types it into the chat,
    and lets them choose a password at /desk/invitation, each of the two once."""
    process = open_process()
    with process.db.writing() as session:
        found = _find(session, agency, slug)
        if not found.active:
            raise BadInput(f"{slug!r} has left; only who is at work can be invited")
        code = invite(session, found, datetime.now(UTC))
        _log(session, found, "person.invited")
        tell_of_invitation(session, found, None, datetime.now(UTC))
    click.echo(code)


@person.command("password")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--stdin", "from_stdin", is_flag=True, help="read it from standard input")
def password_command(slug: str, agency: str, from_stdin: bool) -> None:
    """Set a person's desk password and sign them out everywhere."""
    process = open_process()
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    with process.db.writing() as session:
        found = _find(session, agency, slug)
        try:
            set_password(found, password)
        except BadPerson as error:
            raise BadInput(str(error)) from error
        _log(session, found, "person.password_changed")
    click.echo("changed", err=True)


@person.command("reset-second-factor")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
def reset_second_factor_command(slug: str, agency: str) -> None:
    """Forget a person's authenticator and recovery codes, as when the telephone is lost. They are
    signed out, and set up another one with their password the next time."""
    process = open_process()
    with process.db.writing() as session:
        found = _find(session, agency, slug)
        if not reset_second_factor(session, found):
            raise BadInput(f"{slug!r} has set up no second factor")
        end_invitations(session, found, datetime.now(UTC))
        _log(session, found, "person.second_factor_reset")
        tell_of_reset(session, found, None, datetime.now(UTC))
    click.echo("reset", err=True)


@person.command("duty")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--division", required=True, help="the division's name or alias")
@click.option("--head", is_flag=True, help="as its head, or acting as one")
@click.option("--remove", is_flag=True, help="the person serves this division no more")
def duty_command(slug: str, agency: str, division: str, head: bool, remove: bool) -> None:
    """Let a person serve one more division besides their own, or no more."""
    process = open_process()
    with process.db.writing() as session:
        found = _find(session, agency, slug)
        place = find_division(session, found.agency_id, division)
        if place is None:
            raise BadInput(f"{agency!r} has no division {division!r}")
        if remove:
            if not remove_duty(session, found, place.id):
                raise BadInput(f"{slug!r} does not serve {division!r} besides their own division")
            _log(session, found, "duty.removed", division=str(place.id))
        elif place.id == found.division_id and found.role in OF_A_DIVISION:
            raise BadInput(f"{division!r} is the division of {slug!r} already")
        else:
            add_duty(session, found, place.id, is_head=head)
            post = "head" if head else "staff"
            _log(session, found, "duty.added", division=str(place.id), post=post)
    click.echo("removed" if remove else "added", err=True)


@person.command("email")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
@click.option("--stdin", "from_stdin", is_flag=True, help="read the address from standard input")
@click.option("--remove", is_flag=True, help="write to the person no more")
def email_command(slug: str, agency: str, from_stdin: bool, remove: bool) -> None:
    """Set where a person without LINE is written to. Asked for, so that no shell keeps it."""
    process = open_process()
    typed = "" if remove else _typed_address(from_stdin=from_stdin)
    address = read_email(typed)
    if address is None and not remove:
        raise BadInput("that is no e-mail address, such as saraban@example.go.th")
    with process.db.writing() as session:
        found = _find(session, agency, slug)
        if address is None:
            if not remove_email(session, found):
                raise BadInput(f"{slug!r} has no e-mail address")
            _log(session, found, "person.email_removed")
        elif email_taken(session, found, address):
            raise BadInput("that address is another person's in this agency")
        else:
            set_email(session, found, address)
            _log(session, found, "person.email_set")
    click.echo("removed" if remove else "set", err=True)


def _typed_address(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline()
    typed: str = click.prompt("E-mail address", err=True)
    return typed


def _log(session: Session, found: Person, action: str, **detail: str) -> None:
    audit.record(
        session,
        found.agency_id,
        action=action,
        subject=f"person:{found.id}",
        actor="system",
        now=datetime.now(UTC),
        detail=detail,
    )


def _find(session: Session, agency: str, slug: str) -> Person:
    owner = agency_or_stop(session, agency)
    found = find_person(session, owner.id, slug)
    if found is None:
        raise BadInput(f"{agency!r} has no person {slug!r}")
    return found
