"""Records that an import brings, whatever its file format (pure)."""

from dataclasses import dataclass

from app.importing.csv_rows import CsvRow
from app.positions.models import Stance
from app.stakeholders.models import Category


@dataclass(frozen=True, slots=True)
class Statement:
    """A clause to be: its label, its words, and whether it counts."""

    label: str
    text: str
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Taking:
    """One position as the source has it. ``at`` is in milliseconds since 1970, None if not told."""

    row: CsvRow
    clause: str
    stakeholder: str
    category: Category
    country: str | None
    stance: Stance
    at: int | None = None
    reason: str = ""
    language: str = ""
    is_verified: bool = False
    clause_text: str = ""
