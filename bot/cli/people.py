"""`prongsai person`: staff."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from bot.cli.common import BadInput, agency_or_stop, open_process
from models import audit
from models.division import find_division
from models.person import (
    BadPerson,
    Person,
    Post,
    Role,
    add_person,
    find_person,
    invite,
    set_password,
)


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
    click.echo(f"added {slug}", err=True)


@person.command("invite")
@click.argument("slug")
@click.option("--agency", required=True, help="the agency's slug")
def invite_command(slug: str, agency: str) -> None:
    """Print a single-use code that the person types into the LINE chat (good for 7 days)."""
    process = open_process()
    with process.db.writing() as session:
        code = invite(session, _find(session, agency, slug), datetime.now(UTC))
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
    click.echo("changed", err=True)


def _find(session: Session, agency: str, slug: str) -> Person:
    owner = agency_or_stop(session, agency)
    found = find_person(session, owner.id, slug)
    if found is None:
        raise BadInput(f"{agency!r} has no person {slug!r}")
    return found
