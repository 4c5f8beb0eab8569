"""What every table shares: names, column types, and the tenant's key in front."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Enum, ForeignKey, ForeignKeyConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from domain.ids import random_id, time_ordered_id


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(states: type[StrEnum], name: str) -> Enum:
    """A text column that takes the values of ``states`` and nothing else (a CHECK)."""
    return Enum(
        states,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        length=24,
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 (SQLAlchemy's own hook)


class Tenant:
    """Rows of one agency. Every key leads with it, so that the schema can be distributed."""

    @declared_attr
    def agency_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("agency.id"), primary_key=True, sort_order=-2)


class Ordered(Tenant):
    """Identified by a time-ordered id: neighbours in time are neighbours on disk."""

    @declared_attr
    def id(cls) -> Mapped[UUID]:
        return mapped_column(primary_key=True, default=time_ordered_id, sort_order=-1)


class Unordered(Tenant):
    """Identified by a random id, kept in the id's order: tells nothing of when it was made."""

    @declared_attr
    def id(cls) -> Mapped[UUID]:
        return mapped_column(primary_key=True, default=random_id, sort_order=-1)


# SQLite numbers rows in the order of their coming unless told not to.
WITHOUT_ROW_ORDER: dict[str, Any] = {"sqlite_with_rowid": False}


def within_agency(column: str, target: str, **options: Any) -> ForeignKeyConstraint:
    """A reference that cannot leave the agency: (agency_id, column) -> (agency_id, id)."""
    return ForeignKeyConstraint(
        ["agency_id", column], [f"{target}.agency_id", f"{target}.id"], **options
    )
