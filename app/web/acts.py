"""The acts of the record in words; tests/audit/test_acts.py knows whether one is missing."""

from collections.abc import Mapping

from flask_babel import gettext

from app.foundation.errors import N_

ACTS: Mapping[str, str] = {
    "account.changed": N_("An account was changed"),
    "account.confirmed": N_("An account was confirmed"),
    "account.erased": N_("An account was erased"),
    "account.opened": N_("An account was opened"),
    "account.password-changed": N_("A password was changed"),
    "account.password-reset": N_("A password was reset"),
    "administrator.ended": N_("An administrator was relieved"),
    "administrator.named": N_("An administrator was named"),
    "answer-template-added": N_("An answer was kept for use again"),
    "answer-template-edited": N_("An answer kept for use again was changed"),
    "answer-template-removed": N_("An answer is no longer kept for use again"),
    "assessed": N_("The state of consensus was assessed"),
    "change-backed": N_("A comment or proposed change was backed or opposed"),
    "clause-edited": N_("A clause was edited"),
    "comment-disposed": N_("A comment was decided on"),
    "comment-edited": N_("A comment was edited by its author"),
    "comment-hidden": N_("A comment was hidden"),
    "comment-made": N_("A comment was made"),
    "comment-released": N_("A comment was released"),
    "comment-withdrawn": N_("A comment was withdrawn"),
    "comments-assigned": N_("Somebody was asked to answer comments"),
    "comments-unassigned": N_("Nobody in particular is asked to answer comments"),
    "comments-imported": N_("Comments were imported"),
    "compilation-started": N_("The compilation began"),
    "country-corrected": N_("The facts about a country were corrected"),
    "deliberation-imported": N_("A deliberation was imported"),
    "counted-again": N_("Stakeholders who were set aside are counted again"),
    "determined": N_("The chair stated a determination"),
    "disposition-replied": N_("An author replied to a decision"),
    "draft-opened": N_("A draft was opened"),
    "group-dissolved": N_("A group of comments was dissolved"),
    "group-formed": N_("A group of comments was formed"),
    "group-joined": N_("Comments were put into a group"),
    "group-split": N_("Comments were taken out of a group"),
    "mandate.ended": N_("A mandate ended"),
    "mandate.given": N_("A mandate was given"),
    "merge-operation": N_("The next draft was worked on"),
    "norm-created": N_("A norm was created"),
    "objection-answered": N_("An objection was answered"),
    "objection-noted": N_("A note was made on a maintained objection"),
    "objection-settled": N_("An objection was settled"),
    "position-reaffirmed": N_("A position was reaffirmed"),
    "position-stated": N_("A position was stated"),
    "published": N_("A publication was signed"),
    "reservation-made": N_("A reservation was recorded"),
    "round-closing": N_("A round was about to close"),
    "rules-edited": N_("The rules of procedure were edited"),
    "seat.ended": N_("A seat was given up"),
    "seat.given": N_("A seat was given"),
    "stakeholder.decided": N_("A verification was decided on"),
    "stakeholder.evidence": N_("Evidence was given"),
    "stakeholder.person-erased": N_("An individual was erased"),
    "stakeholder.registered": N_("A stakeholder was registered"),
    "stakeholder.vouch-revoked": N_("A word for an individual was taken back"),
    "stakeholder.vouched": N_("An entity vouched for an individual"),
    "set-aside": N_("Stakeholders were set aside"),
    "sheet-uploaded": N_("A commenting sheet was sent"),
    "step-taken": N_("The norm moved to another stage"),
    "text-edited": N_("A text was edited"),
    "texts-imported": N_("Texts were imported"),
    "titles-set": N_("Titles were set"),
    "token.made": N_("A token for programs was made"),
    "token.revoked": N_("A token for programs was revoked"),
    "translation-written": N_("A translation was written"),
}


def act_words(act: str) -> str:
    """The act in the page's language; its code where an older version wrote one that is gone."""
    return str(gettext(ACTS[act])) if act in ACTS else act
