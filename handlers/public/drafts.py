"""What has been filled in so far, between the form and its sending."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from domain import dialogue
from domain.consent import CONSENT_VERSION
from domain.hiding import accused, ids_of
from domain.routing import Intent, route
from models.complaint import ComplaintChannel, ComplaintKind, IdentityMode
from models.complaint_access import readers
from models.complaint_filing import HiddenFrom, NewComplaint
from models.division import known_divisions

# What is asked, by kind, as in LINE (`domain.conversation`).
FIELDS: dict[ComplaintKind, tuple[str, ...]] = {
    ComplaintKind.CORRUPTION: ("what", "where", "when", "who"),
    ComplaintKind.SERVICE: ("what", "where"),
    ComplaintKind.REQUEST: ("what", "where"),
    ComplaintKind.SUGGESTION: ("what",),
    ComplaintKind.GENERAL: ("what", "where", "when"),
}
MOST_CHARACTERS = {"what": 5000, "where": 1000, "when": 500, "who": 2000}
MOST_OF_A_NAME, MOST_OF_A_PHONE = 200, 60


_ABOUT_PEOPLE = frozenset({ComplaintKind.CORRUPTION, ComplaintKind.GENERAL})


def asks_for_place(kind: ComplaintKind) -> bool:
    """Where somebody stands while they report corruption may tell who they are: not asked for."""
    return kind is not ComplaintKind.CORRUPTION and "where" in FIELDS[kind]


@dataclass(frozen=True)
class DraftFile:
    id: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Draft:
    kind: ComplaintKind
    answers: dict[str, str] = field(default_factory=dict)
    coordinates: str = ""
    files: tuple[DraftFile, ...] = ()
    mode: str = ""  # an `IdentityMode`'s value; nothing while not chosen
    name: str = ""
    phone: str = ""
    agreed: bool = False
    divisions: tuple[str, ...] = ()  # ids of those who must not see it
    people: tuple[str, ...] = ()
    named: tuple[str, ...] = ()  # divisions that the words name: hidden from unless unticked
    similar: str = ""  # the report that it may repeat, as it was offered

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Draft:
        files = tuple(DraftFile(**one) for one in raw["files"])
        several = {key: tuple(raw[key]) for key in ("divisions", "people", "named")}
        return cls(**{**raw, **several, "kind": ComplaintKind(raw["kind"]), "files": files})

    @property
    def is_anonymous(self) -> bool:
        return self.mode == IdentityMode.ANONYMOUS.value

    @property
    def hidden_from(self) -> HiddenFrom:
        return HiddenFrom(
            frozenset(UUID(one) for one in self.divisions),
            frozenset(UUID(one) for one in self.people),
        )

    @property
    def content(self) -> dict[str, str]:
        """As it is filed: nothing is kept of a question that was left empty."""
        said = {key: text for key, text in self.answers.items() if text}
        return said | ({"coordinates": self.coordinates} if self.coordinates else {})

    def without_person(self) -> Draft:
        """What may be kept before consent is given, or where none is asked for."""
        return replace(self, name="", phone="")

    def finished(self, joins: UUID | None) -> NewComplaint:
        mode = IdentityMode(self.mode)
        named = mode is IdentityMode.NAMED
        return NewComplaint(
            kind=self.kind,
            identity_mode=mode,
            channel=ComplaintChannel.WEB,
            content=self.content,
            files=[one.id for one in self.files],
            name=self.name if named else "",
            phone=self.phone if named else "",
            hidden_from=self.hidden_from,
            joins=joins,
            consent_version=None if mode is IdentityMode.ANONYMOUS else CONSENT_VERSION,
        )


@dataclass(frozen=True)
class Eye:
    """A division or an officer that may be kept from seeing a report."""

    id: str
    name: str


@dataclass(frozen=True)
class Eyes:
    """Whose eyes a report of one kind can be kept from."""

    divisions: tuple[Eye, ...]
    people: tuple[Eye, ...]  # who would read a report of corruption
    anybody: bool  # is there anybody at all who could read one


def eyes_of(session: Session, agency_id: int, kind: ComplaintKind) -> Eyes:
    divisions = tuple(Eye(str(one.id), one.name) for one in known_divisions(session, agency_id))
    who = readers(session, agency_id, kind, HiddenFrom())
    people: tuple[Eye, ...] = ()
    if kind is ComplaintKind.CORRUPTION:
        people = tuple(sorted((Eye(str(one.id), one.name) for one in who), key=lambda e: e.name))
    return Eyes(divisions, people, bool(who))


def hide_from_the_named(
    session: Session, agency_id: int, draft: Draft, before: Draft | None
) -> Draft:
    """As in LINE, a report of corruption or about conduct is hidden from every division that its
    words name; the summary says so, and one that was unticked since stays unticked."""
    if draft.kind not in _ABOUT_PEOPLE:
        return draft
    told = dialogue.Draft(answers=draft.answers)
    directory = dialogue.Directory(divisions=tuple(known_divisions(session, agency_id)))
    found = {str(one) for one in ids_of(accused(told, directory).hidden)[0]}
    new = sorted(found - set(before.named if before else ()))
    return replace(
        draft,
        divisions=tuple(dict.fromkeys((*draft.divisions, *new))),
        named=tuple(sorted(found | set(before.named if before else ()))),
    )


def sounds_corrupt(draft: Draft) -> bool:
    """Told at another door: it would lie in the log that many officers read."""
    if draft.kind is ComplaintKind.CORRUPTION:
        return False
    return route(" ".join(draft.answers.values())).intent is Intent.CORRUPTION


def can_be_read(session: Session, agency_id: int, draft: Draft) -> bool:
    """Whether somebody is left who may read it."""
    return bool(readers(session, agency_id, draft.kind, draft.hidden_from))
