"""`prongsai agency`: tenants."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot.cli.common import BadInput, Failed, agency_or_stop, open_process, print_json
from models.agency import Agency, BadAgency, add_agency, all_agencies, set_channel
from models.division import add_division, find_division


@click.group()
def agency() -> None:
    """Agencies (หน่วยงาน), each with its own LINE channel."""


@agency.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="the agency's name, in Thai")
@click.option("--channel-secret", required=True, help="from the LINE Developers console")
@click.option("--channel-token", required=True, help="a long-lived channel access token")
@click.option("--contact", default="", help="telephone and hours, as citizens should read them")
@click.option("--division", "divisions", multiple=True, help="a division; may be given repeatedly")
def add(
    slug: str,
    name: str,
    channel_secret: str,
    channel_token: str,
    contact: str,
    divisions: tuple[str, ...],
) -> None:
    """Add an agency; prints its webhook path."""
    process = open_process()
    try:
        with process.db.writing() as session:
            added = add_agency(
                session,
                slug=slug,
                name=name,
                channel_secret=channel_secret,
                channel_token=channel_token,
                now=datetime.now(UTC),
                contact_text=contact,
            )
            for division in divisions:
                if find_division(session, added.id, division) is None:
                    add_division(session, added.id, division)
            path = added.webhook_path
    except BadAgency as error:
        raise BadInput(str(error)) from error
    click.echo(process.settings.public_url + path)


@agency.command("channel")
@click.argument("slug")
@click.option("--channel-secret", required=True)
@click.option("--channel-token", required=True)
def channel(slug: str, channel_secret: str, channel_token: str) -> None:
    """Change an agency's channel secret and token."""
    process = open_process()
    with process.db.writing() as session:
        set_channel(session, agency_or_stop(session, slug), channel_secret, channel_token)
    click.echo("changed; running processes use it within half a minute", err=True)


@agency.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output")
def list_(as_json: bool) -> None:
    """List the agencies and their webhook paths."""
    process = open_process()
    try:
        with process.db.reading() as session:
            rows = [_row(one) for one in all_agencies(session)]
    except Exception as error:
        raise Failed("the database is not set up; run `prongsai db upgrade` first") from error
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['slug']}\t{row['name']}\t{row['webhook_path']}")


def _row(one: Agency) -> dict[str, object]:
    return {
        "slug": one.slug,
        "name": one.name,
        "webhook_path": one.webhook_path,
        "quota_limit": one.quota_limit,
        "quota_used": one.quota_used,
    }
