"""Plans of integrity measures read from the documents that offices have."""

from documents.plans.measures import reread
from documents.plans.reading import PlanReading, read_plan

__all__ = ["PlanReading", "read_plan", "reread"]
