"""What a draft still lacks in each of its languages."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.norms.models import Clause, ClauseText, Norm, TextStatus
from app.translation.models import Corrigendum


def outstanding(session: Session, norm: Norm, draft_id: int) -> Mapping[str, int]:
    """Language → clauses without an authentic, or a fresh verified, text; complete languages are left out."""
    total = session.scalar(sa.select(sa.func.count()).where(Clause.draft_id == draft_id)) or 0
    rows = session.execute(
        sa.select(ClauseText.language, sa.func.count())
        .join(ClauseText.clause)
        .where(
            Clause.draft_id == draft_id,
            ClauseText.status.in_((TextStatus.AUTHENTIC, TextStatus.VERIFIED)),
            sa.or_(ClauseText.status == TextStatus.AUTHENTIC, ClauseText.source_digest == Clause.text_digest),
        )
        .group_by(ClauseText.language)
    )
    done = {row.language: row[1] for row in rows}
    return {code: total - done.get(code, 0) for code in norm.languages if total > done.get(code, 0)}


def corrigenda(session: Session, norm_id: int) -> Sequence[Corrigendum]:
    """What was corrected in a norm's translations, in order; one statement."""
    return session.scalars(
        sa.select(Corrigendum)
        .where(Corrigendum.norm_id == norm_id)
        .order_by(Corrigendum.number)
        .options(
            joinedload(Corrigendum.clause).joinedload(Clause.provision),
            joinedload(Corrigendum.clause).joinedload(Clause.draft),
        )
    ).all()
