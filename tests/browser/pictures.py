"""Pictures of every page of the desk, for somebody's own eyes: with names as long as they can be,
on an office's first day, and with many complaints; as wide as a phone and as a desk's screen.

    python -m tests.browser.pictures FOLDER [long|empty|many …]

Writes each page as a PNG and sheets of several side by side. ``many`` needs a PostgreSQL, named by
``PRONGSAI_TEST_POSTGRES_URL``. A look at them belongs to every change of how pages look.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.log.fill import fill_agency
from domain.calendar import bangkok_day
from domain.keyring import KeyRing
from migrations.running import upgrade
from models.agency import add_agency
from models.database import Database
from models.person import Person
from models.stored_file import BlobFolder
from tests.browser.conftest import CHROMIUM, PATIENCE, PHONE
from tests.browser.desks import Desk, serve_desk
from tests.browser.walking import DESKTOP, PEOPLE, Walk
from tests.browser.worlds import lengthen, open_office
from tests.conftest import POSTGRES_URL, fresh_postgres
from tests.desk.world import furnish
from tests.offices import NOON
from tests.offices import furnish as furnish_office

STATES = ("empty", "long", "many")
MANY = 100_000
_TALLEST = 7_000  # pixels of a page that are kept
_SHEET = {"width": 1600, "height": 1290}
_COLUMN_HEIGHT = 1_270
_CAPTION = 12


@dataclass
class Camera:
    """Takes a picture of each kind of page, once a state and person, at both widths."""

    folder: Path
    also: tuple[str, ...]  # addresses to look at whatever their kind
    person: str = ""
    taken: dict[int, list[tuple[str, Path, int]]] = field(default_factory=dict)

    def __call__(self, page: Page, address: str, endpoint: str, new: bool) -> list[str]:
        if not new and address not in self.also:
            return []
        for size in (PHONE, DESKTOP):
            width = size["width"]
            page.set_viewport_size(size)
            height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
            number = len(self.taken.get(width, []))
            path = self.folder / f"{number:03}-{endpoint.removeprefix('desk.')}-{width}.png"
            page.screenshot(
                path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
            )
            name = f"{self.person} {address}"
            self.taken.setdefault(width, []).append((name, path, height))
        return []


@dataclass
class Furnished:
    db: Database
    blobs: BlobFolder
    people: dict[str, Person]
    also: tuple[str, ...] = ()


@contextmanager
def furnished(state: str) -> Iterator[Furnished]:
    """An office in a state, in a database of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if state == "many":
            if POSTGRES_URL is None:
                raise SystemExit("many: PRONGSAI_TEST_POSTGRES_URL names no server")
            url = stack.enter_context(fresh_postgres(POSTGRES_URL))
        else:
            url = f"sqlite:///{folder}/prongsai.sqlite"
        upgrade(url)
        db = Database(url, KeyRing.generate())
        stack.callback(db.dispose)
        blobs = BlobFolder(folder / "blobs", db.keys)
        if state == "empty":
            yield Furnished(db, blobs, open_office(db).people, ("/desk/confirm",))
            return
        with db.writing() as session:
            session.expire_on_commit = False
            agency = add_agency(
                session,
                slug="makham",
                name="เทศบาลตำบลมะขาม",
                channel_secret="invented for tests",
                channel_token="invented for tests",
                now=NOON,
            )
            office = furnish_office(session, agency)
        world = furnish(db, blobs, office)
        case = f"/desk/complaints/{world.general}"
        also: tuple[str, ...] = (f"{case}/print", f"{case}/links", "/desk/confirm")
        if state == "long":
            lengthen(db, office, world)
        else:
            with db.engine.begin() as connection:
                today = bangkok_day(datetime.now(UTC))
                fill_agency(db, connection, office.agency_id, MANY, today, searchable=True)
            also += (
                "/desk/complaints?overdue=1",
                "/desk/complaints?q=หลุม",
                "/desk/complaints?kind=service&status=closed&sort=rating",
            )
        yield Furnished(db, blobs, office.people, also)


def take_pictures(chromium: Browser, state: str, folder: Path) -> list[str]:
    """What went wrong on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with furnished(state) as office, serve_desk(office.db, office.blobs) as desk:
        camera = Camera(folder, office.also)
        seen: set[str] = set()
        for name in PEOPLE:
            camera.person = name
            faults += _walk(chromium, desk, office, name, seen, camera)
    for width, pictures in camera.taken.items():
        _lay_out(chromium, folder, f"{state}-{width}", width, pictures)
    return faults


def _walk(
    chromium: Browser,
    desk: Desk,
    office: Furnished,
    name: str,
    seen: set[str],
    camera: Camera,
) -> list[str]:
    context = chromium.new_context(locale="th-TH", timezone_id="Asia/Bangkok")
    with contextlib.closing(context):
        desk.enter_as(context, office.people[name])
        page = context.new_page()
        page.set_default_timeout(2 * PATIENCE)
        walk = Walk(desk, page, seen, camera)
        walk.walk("/desk/", *(office.also if name == "admin" else ()))
        return [f"{name} {one}" for one in walk.faults]


def _lay_out(
    chromium: Browser, folder: Path, title: str, width: int, pictures: list[tuple[str, Path, int]]
) -> None:
    """Sheets of columns, filled from the top; a tall page goes on in the next column."""
    across = 5 if width == PHONE["width"] else 2
    shown = _SHEET["width"] // across - 8
    columns: list[list[str]] = []
    free = 0
    for name, path, height in pictures:
        left, from_top = int(height * shown / width), 0
        while left > 0:
            piece = min(left, _COLUMN_HEIGHT - _CAPTION)
            if piece + _CAPTION > free:
                columns.append([])
                free = _COLUMN_HEIGHT
            columns[-1].append(
                f'<div style="height:{_CAPTION}px;overflow:hidden">{html.escape(name)}'
                f'{" …" if from_top else ""}</div><div style="height:{piece}px;background:'
                f"url('{path.as_uri()}') 0 -{from_top}px / {shown}px auto no-repeat\"></div>"
            )
            free -= piece + _CAPTION
            left, from_top = left - piece, from_top + piece
    page = chromium.new_page(viewport=_SHEET)
    for number, first in enumerate(range(0, len(columns), across)):
        sheet = folder / f"sheet-{title}-{number:02}.html"
        row = "".join(
            f'<div style="width:{shown}px">{"".join(one)}</div>'
            for one in columns[first : first + across]
        )
        sheet.write_text(
            '<!doctype html><meta charset="utf-8"><body style="margin:4px;display:flex;gap:4px;'
            f'background:#999;font:10px sans-serif;line-height:10px">{row}</body>',
            encoding="utf-8",
        )
        page.goto(sheet.as_uri())
        page.screenshot(path=sheet.with_suffix(".png"))
        sheet.unlink()
    page.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("states", nargs="*", choices=STATES, default=[])
    given = parser.parse_args()
    faults: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for state in given.states or STATES:
            folder = (given.folder / state).resolve()
            faults += [f"{state}: {one}" for one in take_pictures(chromium, state, folder)]
            print(f"{state}: pictures in {folder}", flush=True)
    for one in faults:
        print(one)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
