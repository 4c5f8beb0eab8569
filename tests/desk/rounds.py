"""Rounds of an office's plan, made for the tests of the table, the board and the heat map."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.states import ObligationState
from models.audit import AuditEntry
from models.database import Database
from models.measure import Measure, Obligation, Plan, add_obligation, get_obligation, get_plan
from models.outbox import OutboxMessage
from models.progress import ReportStatus, report_progress
from tests.offices import NOON, Office

YEAR = 2566


def plan_of(session: Session, office: Office) -> Plan:
    plan = get_plan(session, office.agency_id, YEAR)
    assert plan
    return plan


def measure_of(
    session: Session, office: Office, number: int, title: str = "", **more: str | None
) -> Measure:
    """The measure with this number, made where there is none."""
    plan = plan_of(session, office)
    found = session.scalar(
        select(Measure).where(
            Measure.agency_id == office.agency_id,
            Measure.plan_id == plan.id,
            Measure.number == number,
        )
    )
    if found is None:
        found = Measure(
            agency_id=office.agency_id, plan_id=plan.id, number=number, title=title, **more
        )
        session.add(found)
        session.flush()
    return found


def a_round(
    db: Database,
    office: Office,
    due: date,
    division: str = "finance",
    *,
    measure: int = 9,
    title: str = "มาตรการที่เพิ่มในการทดสอบ",
    report: ReportStatus | None = None,
    at: datetime = NOON,
    by: str = "finance",
    state: ObligationState | None = None,
    percent: int | None = None,
    **more: str | None,
) -> UUID:
    with db.writing() as session:
        found = measure_of(session, office, measure, title, **more)
        one = add_obligation(session, found, office.divisions[division].id, due)
        session.flush()
        if report is not None:
            person = office.people[by]
            report_progress(
                session,
                one,
                person,
                report,
                channel="line",
                now=at,
                summary="ทำแล้ว",
                percent=percent,
            )
        if state is not None:
            one.state = state
        return one.id


def round_of(db: Database, office: Office, obligation_id: UUID) -> Obligation:
    with db.reading() as session:
        found = get_obligation(session, office.agency_id, obligation_id)
        assert found
        session.expunge(found)
        return found


def lines(db: Database, action: str = "") -> list[tuple[str, dict[str, str]]]:
    """The audit log's actions with their details; those of one action, or all."""
    with db.reading() as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.number)
        )
        return [(row[0], dict(row[1])) for row in rows if not action or row[0] == action]


def kinds_sent(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))
