"""The words pages use for the values the models know: the same word for the same thing everywhere."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import get_locale, gettext

from app.accounts.models import Rhythm, Scope
from app.authority.actor import MandateRole, Role
from app.compilation.models import Treatment
from app.compilation.reading_modes import ReadingMode
from app.discussion.models import (
    ChangeOperation,
    CommentKind,
    Decision,
    HidingReason,
    Rebasing,
    Satisfaction,
    Side,
    Visibility,
)
from app.discussion.program_reasons import ProgramReason, program_reason
from app.discussion.reviews.models import Finding
from app.foundation.errors import N_
from app.internal_drafts.models import ContributionKind, State
from app.lifecycle.models import DeterminationOutcome, Phase
from app.norms.models import ClauseKind, RiskTier, TextStatus
from app.norms.rules import Screening
from app.norms.stages import Stage
from app.positions.models import ObjectionState, Stance
from app.positions.queries import Continuity
from app.reading_aids.models import Bearing
from app.stakeholders.models import Category, Verification
from app.triage.queue import Show

#: What the fields of forms are called whose words a person types.
WRITTEN = {
    "body": N_("Text"),
    "duplicate_of": N_("Duplicate of (number)"),
    "email": N_("E-mail address"),
    "evidence": N_("Evidence"),
    "forms": N_("Other forms of the term, one per line"),
    "label": N_("Label"),
    "measurement": N_("Measurement, as JSON"),
    "minimum_days": N_("Shortest consultation or last call, in days"),
    "motive": N_("Reason"),
    "name": N_("Name of the entity"),
    "note": N_("Note"),
    "quote": N_("Text to which it refers"),
    "reason": N_("Reason"),
    "remedy": N_("Change that would resolve your objection"),
    "review_days": N_("Time limit for the chair's review of a contested disposition, in days"),
    "text": N_("Text"),
    "title": N_("Title"),
    "wording": N_("Wording"),
    "words": N_("Words"),
}

_PAIRS: tuple[tuple[StrEnum, str], ...] = (
    (Stage.PREPARATION, N_("Preparation")),
    (Stage.CONSULTATION, N_("Consultation")),
    (Stage.COMPILATION, N_("Compilation")),
    (Stage.LAST_CALL, N_("Last call")),
    (Stage.CONSENSUS_CALL, N_("Consensus call")),
    (Stage.ADOPTED, N_("Adopted")),
    (Stage.NOT_ADOPTED, N_("Not adopted")),
    (Stage.PUBLISHED, N_("Published")),
    (Stage.UNDER_REVIEW, N_("Under review")),
    (Stage.SUSPENDED, N_("Suspended")),
    (Stance.SUPPORT, N_("Support")),
    (Stance.ACCEPT, N_("Can accept")),
    (Stance.ABSTAIN, N_("Abstain")),
    (Stance.OBJECT, N_("Object")),
    (Continuity.STATED, N_("Stated on this draft")),
    (Continuity.CARRIED, N_("Carried over; the wording is unchanged")),
    (Continuity.REAFFIRMED, N_("Reaffirmed on this wording")),
    (Continuity.UNCONFIRMED, N_("Not confirmed on this wording")),
    (ProgramReason.MERGED, N_("The full text of this proposed change was included in the next draft.")),
    (
        ProgramReason.MERGED_IN_PART,
        N_("Parts of the text of this proposed change were included in the next draft."),
    ),
    (Bearing.FOR, N_("For")),
    (Bearing.AGAINST, N_("Against")),
    (CommentKind.GENERAL, N_("General")),
    (CommentKind.SUBSTANTIVE, N_("Substantive")),
    (CommentKind.TECHNICAL, N_("Technical")),
    (CommentKind.EDITORIAL, N_("Editorial")),
    (CommentKind.TRANSLATION, N_("Translation")),
    (CommentKind.QUESTION, N_("Question")),
    (Visibility.SHOWN, N_("Shown")),
    (Visibility.HELD, N_("Awaiting a moderator")),
    (Visibility.HIDDEN, N_("Hidden")),
    (Visibility.WITHDRAWN, N_("Withdrawn")),
    (HidingReason.ABUSE, N_("Abuse")),
    (HidingReason.PERSONAL_DATA, N_("Personal data")),
    (HidingReason.SPAM, N_("Spam")),
    (HidingReason.UNLAWFUL, N_("Unlawful")),
    (HidingReason.OFF_TOPIC, N_("Off topic")),
    (ChangeOperation.REPLACE, N_("Replace the wording")),
    (ChangeOperation.INSERT_AFTER, N_("Add a clause after this one")),
    (ChangeOperation.DELETE, N_("Delete the clause")),
    (Side.BACK, N_("Backs the change")),
    (Side.OPPOSE, N_("Opposes the change")),
    (ContributionKind.COMMENT, N_("Comment")),
    (ContributionKind.CHANGE, N_("Proposed wording")),
    (ContributionKind.POSITION, N_("Position")),
    (State.DRAFTED, N_("Written, not endorsed")),
    (State.ENDORSED, N_("Endorsed")),
    (State.DECLINED, N_("Declined")),
    (State.WITHDRAWN, N_("Withdrawn")),
    (Finding.UPHELD, N_("The chair upholds the disposition")),
    (Finding.RETURNED, N_("The chair returns the comment for a new disposition")),
    (Finding.SETTLED, N_("The author is now satisfied")),
    (Finding.DECIDED_ANEW, N_("A comment was returned for a new disposition")),
    (Decision.ACCEPTED, N_("Accepted")),
    (Decision.MODIFIED, N_("Accepted with modification")),
    (Decision.NOT_ACCEPTED, N_("Not accepted")),
    (Decision.NOTED, N_("Noted")),
    (Decision.DEFERRED, N_("Deferred")),
    (Decision.OUT_OF_SCOPE, N_("Out of scope")),
    (Decision.DUPLICATE, N_("Duplicate")),
    (Decision.WITHDRAWN, N_("Withdrawn")),
    (Satisfaction.SATISFIED, N_("Satisfied")),
    (Satisfaction.NOT_SATISFIED, N_("Not satisfied")),
    (Rebasing.CARRIED, N_("Carried over")),
    (Rebasing.RETURNED, N_("Returned to its author")),
    (Rebasing.MET, N_("Already in the new text")),
    (ObjectionState.OPEN, N_("Open")),
    (ObjectionState.ANSWERED, N_("Answered")),
    (ObjectionState.ACCOMMODATED, N_("Accommodated")),
    (ObjectionState.WITHDRAWN, N_("Withdrawn")),
    (ObjectionState.MAINTAINED, N_("Maintained")),
    (Category.GOVERNMENT, N_("Government")),
    (Category.IGO, N_("Intergovernmental organisation")),
    (Category.COMPANY, N_("Company")),
    (Category.RESEARCH, N_("Research institute")),
    (Category.CIVIL_SOCIETY, N_("Civil society")),
    (Category.INDIVIDUAL, N_("Individual")),
    (Verification.SELF_DECLARED, N_("Self-declared")),
    (Verification.VERIFIED, N_("Verified")),
    (Verification.REFUSED, N_("Verification refused")),
    (MandateRole.CONTACT_POINT, N_("Contact point")),
    (MandateRole.DEPUTY, N_("Deputy")),
    (MandateRole.REVIEWER, N_("Reviewer")),
    (MandateRole.OBSERVER, N_("Observer")),
    (Rhythm.AT_ONCE, N_("Immediately, within a few minutes")),
    (Rhythm.DAILY, N_("Once a day, in the morning (UTC)")),
    (Rhythm.WEEKLY, N_("Once a week, on Monday morning (UTC)")),
    (Rhythm.NEVER, N_("Never")),
    (Role.EDITOR, N_("Editor")),
    (Role.MODERATOR, N_("Moderator")),
    (Role.TRANSLATOR, N_("Translator")),
    (Role.CHAIR, N_("Chair")),
    (Role.PUBLISHER, N_("Publisher")),
    (Scope.READ, N_("Read")),
    (Scope.WRITE, N_("Read and write")),
    (ClauseKind.PREAMBULAR, N_("Preamble")),
    (ClauseKind.OPERATIVE, N_("Operative clause")),
    (ClauseKind.DEFINITION, N_("Definition")),
    (ClauseKind.HEADING, N_("Heading")),
    (RiskTier.LOW, N_("Low risk")),
    (RiskTier.MEDIUM, N_("Medium risk")),
    (RiskTier.HIGH, N_("High risk")),
    (TextStatus.AUTHENTIC, N_("Authentic text")),
    (TextStatus.VERIFIED, N_("Verified translation")),
    (TextStatus.DRAFT, N_("Draft translation")),
    (TextStatus.MACHINE, N_("Machine translation")),
    (Treatment.KEEP, N_("Keep")),
    (Treatment.MERGE, N_("Merge proposed changes")),
    (Treatment.EDIT, N_("Edit by hand")),
    (Treatment.DELETE, N_("Delete")),
    (Treatment.ADD, N_("Add")),
    (Treatment.MOVE, N_("Move")),
    (Treatment.SPLIT, N_("Split")),
    (Treatment.JOIN, N_("Join to another")),
    (ReadingMode.BASE, N_("Previous draft")),
    (ReadingMode.CHANGES, N_("Proposed changes")),
    (ReadingMode.REDLINE, N_("Tracked changes")),
    (ReadingMode.RESULT, N_("Result")),
    (ReadingMode.SOURCES, N_("Result with sources")),
    (Screening.AT_ONCE, N_("Visible immediately")),
    (Screening.HELD, N_("Held until a moderator releases it")),
    (Show.WAITING, N_("Not answered yet")),
    (Show.HELD, N_("Awaiting a moderator")),
    (Show.ALL, N_("All results shown")),
    (Phase.WAITING, N_("The step is in the queue.")),
    (Phase.ASSESSING, N_("Assessing the positions")),
    (Phase.PACKING, N_("Preparing the package")),
    (Phase.CHECKING, N_("Verifying the package")),
    (Phase.KEEPING, N_("Saving the result")),
    (DeterminationOutcome.CONSENSUS, N_("Adopted by consensus")),
    (DeterminationOutcome.RESERVATIONS, N_("Adopted with reservations")),
    (DeterminationOutcome.NOT_ADOPTED, N_("Not adopted")),
)

#: Keyed by kind too: "verified" is one word of a text and another of a stakeholder.
WORDS: Mapping[tuple[type, str], str] = {(type(value), value.value): words for value, words in _PAIRS}


#: What an assessment says, by the codes it uses.
VERDICTS: Mapping[str, str] = {
    "consensus": N_("Consensus"),
    "rough-consensus": N_("Rough consensus"),
    "contested": N_("Contested"),
    "not-supported": N_("Not supported"),
    "insufficient-coverage": N_("Insufficient coverage"),
    "robust": N_("The same result under all weightings with sufficient coverage"),
    "depends-on-scheme": N_("Depends on the weighting"),
    "depends-on-self-declared": N_("Depends on self-declared individuals"),
    "nobody": N_("No interval: no positions in favour or against."),
    "few-stakeholders": N_("No interval: fewer than five stakeholders are for or against."),
    "few-countries": N_("No interval: too few countries are represented to estimate sampling error."),
    "census": N_("No interval: all members of the group responded; no sampling error."),
}

#: Ways of looking at conduct; see app/consensus/coordinated_activity.py.
DETECTORS: Mapping[str, str] = {
    "identical": N_("Identical responses"),
    "similar": N_("Nearly identical responses on one day"),
    "unverified": N_("Not verified"),
    "low-activity": N_("Few positions"),
    "top-hour": N_("Submitted in the busiest hour"),
    "copied-text": N_("Nearly identical text"),
    "everybody": N_("No stakeholders excluded"),
}

SCHEMES: Mapping[str, str] = {
    "per_stakeholder": N_("Every stakeholder once"),
    "per_country": N_("Every country once"),
    "balanced": N_("Balanced by development"),
    "regional": N_("Balanced by region"),
    "square_root": N_("Square root of population"),
    "population": N_("Population"),
    "raked": N_("Adjusted to declared margins"),
}

BLOCS: Mapping[str, str] = {
    "ldc": N_("Least developed countries"),
    "other-developing": N_("Other developing countries"),
    "developed": N_("Developed countries"),
    "africa": N_("African States"),
    "asia-pacific": N_("Asia-Pacific States"),
    "eastern-europe": N_("Eastern European States"),
    "latin-america-caribbean": N_("Latin American and Caribbean States"),
    "western-europe-others": N_("Western European and other States"),
    "unknown": N_("Country unknown"),
}


#: Why a weighting could not give a group the share it aimed at.
UNREACHED: Mapping[str, str] = {
    "absent": N_("no members participate, so the others share their weight"),
    "bound": N_("the limits reduce its weight, or increase the others"),
    "margins": N_("no weights meet all margins simultaneously"),
}

#: Codes that occur as plain text in assessments, files and addresses.
CODES: Mapping[str, str] = {
    **VERDICTS,
    **DETECTORS,
    **SCHEMES,
    **BLOCS,
    **UNREACHED,
    **{
        member.value: WORDS[kind, member.value]
        for kind in (Category, DeterminationOutcome, ObjectionState, TextStatus)
        for member in kind
    },
}


def word(value: StrEnum | str) -> str:
    """The word in the page's language for a value of one of the enumerations, or an assessment's code."""
    if isinstance(value, StrEnum):
        return _in(get_locale(), WORDS[type(value), value.value])
    return _in(get_locale(), CODES.get(value, value))


@lru_cache(maxsize=4096)  # the same few words stand many times on a page
def _in(_locale: Locale | None, words: str) -> str:
    """In the language of the page, which is the locale's."""
    return str(gettext(words))


def said_in_words(text: str, language: str) -> tuple[str, str]:
    """What a person said and its language; a code of the program's in the words and language of the page."""
    code = program_reason(text, language)
    return (word(code), str(get_locale())) if code else (text, language)


def options(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Value and word of each member, for a select."""
    return [(member.value, word(member)) for member in kind]


def member(kind: Any, value: str) -> Any:
    """The enumeration's member, None for anything else."""
    return kind(value) if value in set(kind) else None


def register(app: Flask) -> None:
    app.jinja_env.filters["word"] = word
    app.jinja_env.globals["options"] = options
    app.jinja_env.globals["said_in_words"] = said_in_words
