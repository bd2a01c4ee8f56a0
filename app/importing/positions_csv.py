"""A table of positions: one row a position (pure)."""

from collections.abc import Iterator
from typing import BinaryIO

from app.foundation.errors import N_
from app.importing.csv_rows import CsvRow, read_rows
from app.importing.records import Taking
from app.norms.service import LANGUAGE
from app.positions.models import Stance
from app.reference.countries import shipped
from app.stakeholders.models import Category

REQUIRED = ("clause", "stakeholder", "category", "country", "position")
OPTIONAL = ("reason", "language", "verified", "clause_text")
YES_OR_NO = {"": False, "0": False, "1": True, "no": False, "yes": True, "false": False, "true": True}
LONGEST_LABEL = 40
LONGEST_NAME = 200


def positions(file: BinaryIO, name: str) -> Iterator[Taking]:
    """The rows of ``clause,stakeholder,category,country,position[,reason,language,verified,clause_text]``.

    :raises RowUnclear: naming file, line and column.
    """
    for row in read_rows(file, name, required=REQUIRED, optional=OPTIONAL):
        verified = row.values.get("verified", "").strip().lower()
        if verified not in YES_OR_NO:
            raise row.fault("verified", N_("“%(value)s” is neither yes nor no."), value=verified[:40])
        yield Taking(
            row=row,
            clause=_short(row, "clause", LONGEST_LABEL),
            stakeholder=_short(row, "stakeholder", LONGEST_NAME),
            category=Category(row.one_of("category", list(Category))),
            country=_country(row),
            stance=Stance(row.one_of("position", list(Stance))),
            reason=row.text("reason"),
            language=_language(row),
            is_verified=YES_OR_NO[verified],
            clause_text=row.text("clause_text"),
        )


def _short(row: CsvRow, column: str, longest: int) -> str:
    value = row.text(column)
    if not value:
        raise row.fault(column, N_("This field is required."))
    if len(value) > longest:
        raise row.fault(column, N_("Enter at most %(limit)s characters."), limit=longest)
    return value


def _country(row: CsvRow) -> str | None:
    """Two letters, or None for an empty cell; "NA" is Namibia."""
    value = row.values["country"].strip().upper()
    if not value:
        return None
    if value not in shipped():
        raise row.fault("country", N_("“%(value)s” is not a country code of ISO 3166-1."), value=value[:40])
    return value


def _language(row: CsvRow) -> str:
    value = row.values.get("language", "").strip()
    if value and not LANGUAGE.fullmatch(value):
        raise row.fault("language", N_("“%(value)s” is not a language tag."), value=value[:40])
    return value
