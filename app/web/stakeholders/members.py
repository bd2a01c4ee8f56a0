"""Who acts for a stakeholder, as its page shows it to this person."""

from typing import Any

from app.authority.actor import PLATFORM, MandateRole, Matter
from app.authority.grants import Permission, allowed
from app.kernel import context
from app.kernel.labels import options
from app.stakeholders import offers, queries
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification


def members(stakeholder: Stakeholder) -> dict[str, Any]:
    """Who acts for the stakeholder, and what this person may do about it."""
    actor, db, now = context.actor(), context.session(), context.now()
    matter, is_entity = Matter(stakeholder_id=stakeholder.id), stakeholder.category is not Category.INDIVIDUAL
    belongs = actor.belongs_to(stakeholder.id)
    may_give = allowed(actor, Permission.GIVE_MANDATE, matter)
    may_verify = allowed(actor, Permission.VERIFY_STAKEHOLDER, PLATFORM)

    def may_hand_over(mandate: Mandate) -> bool:
        return may_give and mandate.role is MandateRole.CONTACT_POINT and mandate.ends_at is None

    return {
        "mandates": queries.mandates_of(db, stakeholder, now=now),
        "coming": queries.coming(db, stakeholder, now=now),
        "offers": offers.open_offers(db, stakeholder, now=now),
        "mandate_options": options(MandateRole),
        "belongs": belongs,
        "drafts_inside": is_entity and actor.drafts_inside(stakeholder.id),
        "sees_members": is_entity and (belongs or may_give or may_verify),
        "may_rename": is_entity and allowed(actor, Permission.RENAME_STAKEHOLDER, matter),
        "may_give": may_give,
        "may_add_evidence": may_give and stakeholder.verification is not Verification.VERIFIED,
        "may_end": lambda mandate: may_give or mandate.user_id == actor.user_id,
        "may_hand_over": may_hand_over,
        "may_verify": may_verify,
    }
