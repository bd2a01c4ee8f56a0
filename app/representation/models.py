"""Country facts as an administrator has corrected them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base


class CountryOverride(Base):
    """The facts of one country that differ from the data shipped with the software."""

    __tablename__ = "country_override"
    __table_args__ = (sa.CheckConstraint("trim(reason) <> ''", name="has_reason"),)
    __bound__ = ("facts", "reason", "changed_at")

    iso2: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    facts: Mapped[dict[str, Any]]  #: only the fields that differ
    reason: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[dt.datetime]
