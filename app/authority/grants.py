"""Who may do what, on one page. Each permission lists its ways in; each way lists what must hold (pure)."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.authority.actor import Actor, MandateRole, Matter, Role
from app.foundation.errors import N_, NotAllowed, SignInNeeded

Predicate = Callable[[Actor, Matter], bool]
Ways = tuple[tuple[Predicate, ...], ...]


class Permission(StrEnum):
    ENTER = "enter"
    OWN_ACCOUNT = "own-account"
    READ_NORM = "read-norm"
    CREATE_NORM = "create-norm"
    EDIT_NORM = "edit-norm"
    EDIT_RULES = "edit-rules"
    TRY_RULES = "try-rules"
    GIVE_SEATS = "give-seats"
    MOVE_STAGE = "move-stage"
    OVERRIDE_GUARD = "override-guard"
    TRANSLATE = "translate"
    EXPLAIN = "explain"
    REGISTER_STAKEHOLDER = "register-stakeholder"
    VERIFY_STAKEHOLDER = "verify-stakeholder"
    RENAME_STAKEHOLDER = "rename-stakeholder"
    GIVE_MANDATE = "give-mandate"
    VOUCH = "vouch"
    STATE_POSITION = "state-position"
    EXPLAIN_POSITION = "explain-position"
    ANSWER_OBJECTION = "answer-objection"
    COMMENT = "comment"
    REPLY_TO_DISPOSITION = "reply-to-disposition"
    BACK_CHANGE = "back-change"
    DRAFT_INSIDE = "draft-inside"
    ENDORSE = "endorse"
    MODERATE = "moderate"
    DISPOSE = "dispose"
    REVIEW_DISPOSITION = "review-disposition"
    COMPILE = "compile"
    READ_WORK = "read-work"
    ASSESS = "assess"
    SET_ASIDE = "set-aside"
    CONFIRM_SETTING_ASIDE = "confirm-setting-aside"
    DETERMINE = "determine"
    PUBLISH = "publish"
    AUDIT_PACKAGE = "audit-package"
    EDIT_COUNTRY_FACTS = "edit-country-facts"
    ADMINISTER_ACCOUNTS = "administer-accounts"
    OPERATE = "operate"
    IMPORT = "import"
    TELL = "tell"


def norm_is_public(actor: Actor, matter: Matter) -> bool:
    return matter.is_public


def is_signed_in(actor: Actor, matter: Matter) -> bool:
    return actor.user_id is not None


def is_confirmed(actor: Actor, matter: Matter) -> bool:
    return actor.is_confirmed


def is_administrator(actor: Actor, matter: Matter) -> bool:
    return actor.is_administrator


def is_system(actor: Actor, matter: Matter) -> bool:
    return actor.is_system


def sits_here(actor: Actor, matter: Matter) -> bool:
    return any(norm in (None, matter.norm_id) for _, norm in actor.seats)


def sits_as(role: Role) -> Predicate:
    def sits(actor: Actor, matter: Matter) -> bool:
        return actor.sits(role, matter.norm_id)

    return sits


def moderates_it(actor: Actor, matter: Matter) -> bool:
    """The norm; any one, where no norm is concerned."""
    if matter.norm_id is None:
        return any(role is Role.MODERATOR for role, _ in actor.seats)
    return actor.sits(Role.MODERATOR, matter.norm_id)


def speaks_for_the_stakeholder(actor: Actor, matter: Matter) -> bool:
    return actor.speaks_for(matter.stakeholder_id)


def was_not_refused(actor: Actor, matter: Matter) -> bool:
    return matter.stakeholder_id not in actor.refused


def drafts_inside_it(actor: Actor, matter: Matter) -> bool:
    return actor.drafts_inside(matter.stakeholder_id)


def is_its_contact_point(actor: Actor, matter: Matter) -> bool:
    return (MandateRole.CONTACT_POINT, matter.stakeholder_id) in actor.mandates


def is_the_author(actor: Actor, matter: Matter) -> bool:
    return actor.user_id is not None and actor.user_id == matter.author_id


def positions_are_taken(actor: Actor, matter: Matter) -> bool:
    return matter.takes_positions


def comments_are_taken(actor: Actor, matter: Matter) -> bool:
    return matter.takes_comments


def explanations_are_taken(actor: Actor, matter: Matter) -> bool:
    return matter.takes_explanations


def in_preparation(actor: Actor, matter: Matter) -> bool:
    return matter.in_preparation


def in_compilation(actor: Actor, matter: Matter) -> bool:
    return matter.in_compilation


editor, moderator, translator = sits_as(Role.EDITOR), sits_as(Role.MODERATOR), sits_as(Role.TRANSLATOR)
chair, publisher = sits_as(Role.CHAIR), sits_as(Role.PUBLISHER)

GRANTS: Mapping[Permission, Ways] = {
    Permission.ENTER: ((),),  # signing up and in: anybody
    Permission.OWN_ACCOUNT: ((is_the_author,),),
    Permission.READ_NORM: ((norm_is_public,), (sits_here,), (is_administrator,)),
    Permission.CREATE_NORM: ((is_administrator,), (sits_as(Role.EDITOR),)),
    Permission.EDIT_NORM: ((in_preparation, editor), (in_preparation, is_administrator)),
    Permission.EDIT_RULES: (
        (in_preparation, editor),
        (in_preparation, chair),
        (in_preparation, is_administrator),
    ),
    Permission.TRY_RULES: ((editor,), (chair,), (is_administrator,)),
    Permission.GIVE_SEATS: ((is_administrator,),),
    Permission.MOVE_STAGE: ((chair,), (is_system,)),
    Permission.OVERRIDE_GUARD: ((chair,), (is_system,)),
    Permission.TRANSLATE: ((translator,), (editor,)),
    Permission.EXPLAIN: ((editor,), (translator,)),
    Permission.REGISTER_STAKEHOLDER: ((is_confirmed,),),
    Permission.VERIFY_STAKEHOLDER: ((moderates_it,), (is_administrator,)),
    Permission.RENAME_STAKEHOLDER: ((is_its_contact_point,), (moderates_it,), (is_administrator,)),
    Permission.GIVE_MANDATE: ((is_its_contact_point,), (is_administrator,)),
    Permission.VOUCH: ((is_its_contact_point,),),
    Permission.STATE_POSITION: ((positions_are_taken, was_not_refused, speaks_for_the_stakeholder),),
    Permission.EXPLAIN_POSITION: ((explanations_are_taken, was_not_refused, speaks_for_the_stakeholder),),
    Permission.ANSWER_OBJECTION: ((chair,), (editor,)),
    Permission.COMMENT: ((comments_are_taken, was_not_refused, speaks_for_the_stakeholder),),
    Permission.REPLY_TO_DISPOSITION: ((was_not_refused, speaks_for_the_stakeholder),),
    Permission.BACK_CHANGE: ((comments_are_taken, was_not_refused, speaks_for_the_stakeholder),),
    Permission.DRAFT_INSIDE: ((was_not_refused, drafts_inside_it),),
    Permission.ENDORSE: ((was_not_refused, speaks_for_the_stakeholder),),
    Permission.MODERATE: ((moderator,),),
    Permission.DISPOSE: ((editor,), (moderator,)),
    Permission.REVIEW_DISPOSITION: ((chair,),),
    Permission.COMPILE: ((in_compilation, editor),),
    Permission.READ_WORK: ((in_compilation, sits_here), (in_compilation, is_administrator)),
    Permission.ASSESS: ((is_system,), (chair,), (is_administrator,)),
    Permission.SET_ASIDE: ((chair,),),
    Permission.CONFIRM_SETTING_ASIDE: ((chair,), (moderator,), (is_administrator,)),
    Permission.DETERMINE: ((chair,),),
    Permission.PUBLISH: ((publisher,),),
    Permission.AUDIT_PACKAGE: ((publisher,), (is_administrator,)),
    Permission.EDIT_COUNTRY_FACTS: ((is_administrator,),),
    Permission.ADMINISTER_ACCOUNTS: ((is_administrator,),),
    Permission.OPERATE: ((is_system,), (is_administrator,)),
    Permission.IMPORT: ((is_system,), (is_administrator,)),
    Permission.TELL: ((is_system,),),
}


class NotTaken(NotAllowed):
    code = "closed"
    message = N_("This round is closed. Your text is kept here; you can submit it when a round is open.")
    status = 409


class StandingRefused(NotAllowed):
    code = "standing-refused"
    message = N_(
        "Verification of this stakeholder was refused, so it cannot contribute to a norm. Its "
        "earlier contributions remain visible. Its contact point can submit further evidence on "
        "its page."
    )


CLOSABLE = frozenset(
    {positions_are_taken, comments_are_taken, explanations_are_taken, in_preparation, in_compilation}
)


def allowed(actor: Actor, permission: Permission, matter: Matter) -> bool:
    """Whether one of the permission's ways in is open to the actor."""
    return any(all(holds(actor, matter) for holds in way) for way in GRANTS[permission])


def require(actor: Actor, permission: Permission, matter: Matter) -> None:
    """Pass, or refuse with the words that help most.

    :raises StandingRefused: the actor might, had the stakeholder's verification not been refused.
    :raises NotTaken: the actor might, but not at this stage.
    :raises SignInNeeded: a visitor has to sign in first.
    :raises NotAllowed: none of the permission's ways in is open.
    """
    if allowed(actor, permission, matter):
        return
    if actor.user_id is None and not actor.is_system:
        raise SignInNeeded

    def might(whatever: frozenset[Predicate]) -> bool:
        return any(all(p(actor, matter) for p in way if p not in whatever) for way in GRANTS[permission])

    if might(CLOSABLE):
        raise NotTaken
    if might(CLOSABLE | {was_not_refused}):
        raise StandingRefused
    raise NotAllowed
