"""Serving the demo: the product as it is, with the simulator standing where LINE stands."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import click
import structlog

from bot.app import create_app
from bot.cli.common import must_be_free
from bot.cli.running import stop_everything
from bot.config import load_keys, load_settings
from bot.demo import authenticators, town
from bot.logs import configure_logs
from bot.menu import Account, LineRefused, MenuTrouble, make_menu
from bot.process import Process
from bot.server import Server
from migrations.running import upgrade
from models.agency import channel_of, find_agency
from simulator import Simulator, mount

_log = structlog.get_logger(__name__)
_LINE = "/simulator/line"
_TRIES = 20  # the server opens its door a moment after this process begins
_PAUSE = 0.5  # seconds


def serve_demo(port: int) -> None:
    """Set up what is missing and serve until stopped. Listens on this machine alone."""
    must_be_free("127.0.0.1", port)
    base = f"http://127.0.0.1:{port}"
    line: dict[str, str] = {}
    if "PRONGSAI_LINE_API_URL" not in os.environ:
        line = {"line_api_url": base + _LINE, "line_data_url": base + _LINE}
    if "PRONGSAI_PUBLIC_URL" not in os.environ:
        line["public_url"] = base
    settings = load_settings(None, bind="127.0.0.1", **line)
    configure_logs(as_json=settings.log_json)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    load_keys(settings, create=True)
    upgrade(settings.resolved_database_url)
    process = Process(settings)
    with process.db.writing() as session:
        town.found_town(session)
    _greet(base)
    # The serving process opens the database anew: connections do not survive a fork.
    process.db.dispose()
    process = Process(settings)
    Server(
        lambda: _start(process, base),
        bind=f"127.0.0.1:{port}",
        threads=settings.web_threads,
        at_exit=lambda: stop_everything(process),
    ).run()


def _start(process: Process, base: str) -> Any:
    app = create_app(
        process.settings, process.db, process.blobs, process.bell, lambda: process.engine.shelf
    )
    process.engine.start()
    process.clock.start()
    if process.settings.line_api_url == base + _LINE:
        threading.Thread(target=show_menu, args=(process,), name="menu", daemon=True).start()
    app.config["DEMO_AUTHENTICATOR"] = authenticators.PAGE
    simulator = build_simulator(process, base)
    return mount(app, simulator, lambda: authenticators.shown(process.db, town.SLUG))


def show_menu(process: Process, tries: int = _TRIES, pause: float = _PAUSE) -> bool:
    """Register the six doors as `prongsai line menu` does. The demo goes on without them."""
    settings = process.settings
    with process.db.reading() as session:
        agency = find_agency(session, town.SLUG)
        if agency is None:
            return False
        name, channel = agency.name, channel_of(session, agency)
    account = Account(channel, settings.line_api_url, settings.line_data_url)
    for _ in range(tries):
        try:
            account.standing()
            account.register(make_menu(name))
        except LineRefused:
            time.sleep(pause)
        except MenuTrouble as error:
            _log.warning("demo_without_menu", reason=str(error))
            return False
        else:
            return True
    _log.warning("demo_without_menu", reason="the simulator did not answer")
    return False


def build_simulator(process: Process, base: str) -> Simulator:
    """LINE as the example town's people see it."""
    schema = os.environ.get("PRONGSAI_LINE_SCHEMA_DIR")
    simulator = Simulator(strict_schema=Path(schema) if schema else None)
    with process.db.writing() as session:
        agency = town.found_town(session)
        channel = channel_of(session, agency)
        address, name = base + agency.webhook_path, agency.name
    simulator.add_channel(town.SLUG, name, channel.secret, channel.token, address)
    simulator.add_user("ประชาชน ก", town.CITIZEN, [town.SLUG])
    simulator.add_user("ประชาชน ข", town.SECOND_CITIZEN, [town.SLUG])
    simulator.add_user("เจ้าหน้าที่ศูนย์บริการ", town.RECEPTION, [town.SLUG])
    simulator.add_user("เจ้าหน้าที่กองคลัง", town.FINANCE_OFFICER, [town.SLUG])
    simulator.add_user("ปลัดเทศบาล", town.CLERK, [town.SLUG])
    officer = simulator.add_user("เจ้าหน้าที่สำนักปลัด", town.OFFICER, [town.SLUG])
    head = simulator.add_user("หัวหน้าสำนักปลัด", town.HEAD, [town.SLUG])
    simulator.add_group("กลุ่มสำนักปลัด", [officer, head], town.SLUG, town.GROUP)
    return simulator


def _greet(base: str) -> None:
    click.echo(
        f"""
  Prongsai is running an example town.

    LINE, played on this machine   {base}/simulator/
    the officers' desk             {base}/desk/
    the citizens' web              {base}/a/{town.SLUG}/

    user names   admin, integrity, reception, officer, head, clerk, mayor, finance,
                 finance-head, works
    password     {town.PASSWORD}
    their codes  {base}{authenticators.PAGE}

  A reminder for a working morning of the example plan, in another terminal:
    make tick AT=2023-03-31T09:00

  Ctrl-C stops it.
""",
        err=True,
    )
