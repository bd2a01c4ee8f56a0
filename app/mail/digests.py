"""The mail of notices: what was said and decided, in the reader's language, with a link to each place."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm, User
from app.authority.actor import SYSTEM
from app.discussion.models import ChangeOperation, Comment, Rebasing
from app.discussion.reviews.models import Finding
from app.foundation.mail import Message
from app.internal_drafts.models import ContributionKind
from app.kernel.formats import autonym, in_language, in_words
from app.kernel.labels import said_in_words, word
from app.mail.letters import address_of, language_of, send
from app.mail.phrases import NoticeText, place_of, position_address, shortened, text_address
from app.mail.unsubscribing import stop_address
from app.norms.models import Norm
from app.norms.stages import TAKES_POSITIONS, Stage
from app.notices import queries, service
from app.notices.queries import Digest, Item, NoticedPosition, PutToDraft
from app.notices.recipients import OF_CONTRIBUTIONS, OF_MANY_OBJECTIONS, OF_TRANSLATIONS, OF_WORK
from app.positions.models import Objection

LONGEST_LIST = 200  #: clauses named in one notice


def round_job(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
    """The job: see who is to be told something."""
    service.go_round(session, SYSTEM, now=now)


def deliver(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> Callable[[], None] | None:
    """The job: write one person's mail about a span of notices, and answer with the errand of sending it."""
    user = session.get(User, payload["user_id"])
    if user is None or user.email is None or user.rhythm is Rhythm.NEVER:  # gone or stopped in the meantime
        return None
    found = queries.digest(session, user, after=payload["after"], upto=payload["upto"], now=now)
    if not found.items:
        return None
    message = letter(user, found, key=f"notices-{payload['job_id']}", now=now)
    return partial(send, message)


def letter(user: User, found: Digest, *, key: str, now: dt.datetime) -> Message:
    language = language_of(user)
    stop = stop_address(user, language)
    with force_locale(language):
        told = [(item.notice.norm, tell(item, language)) for item in found.items]
        titles = {norm.id: in_language(norm.titles, language) for norm, _ in told}
        in_order = sorted(told, key=lambda pair: pair[0].id)
        subject = headline(titles[told[0][0].id], told[0][1].line, len(told) + found.more)
        body = current_app.jinja_env.get_template("notices/digest.txt").render(
            norms=[
                (titles[number], [told for _, told in pairs])
                for number, pairs in groupby(in_order, key=lambda pair: pair[0].id)
            ],
            more=found.more,
            rhythm=user.rhythm,
            record=address_of("record.index", {"lang": language}),
            settings=address_of("accounts.settings", {"lang": language}),
            stop=stop,
        )
    return Message(key, user.email or "", subject, body, language, now, unsubscribe=stop)


def headline(title: str, line: str, count: int) -> str:
    """What a mail is about: the one thing it tells, or how many."""
    if count == 1:
        return f"{title}: {line}"
    return str(ngettext("%(title)s: %(num)d notice", "%(title)s: %(num)d notices", count, title=title))


def tell(item: Item, language: str) -> NoticeText:
    """The notice in words; to be called in the reader's language."""
    notice = item.notice
    if item.put is not None:
        return _of_put(item.put, notice.norm, language)
    if notice.comment is not None:
        return _of_comment(item, notice.comment, language)
    if notice.objection is not None:
        return _of_objection(item, notice.objection, language)
    if notice.act in OF_CONTRIBUTIONS:
        return _of_contribution(item, language)
    if notice.act in OF_WORK:
        return _of_work(item, language)
    if notice.act in OF_MANY_OBJECTIONS:
        return _of_objections(item, language)
    if notice.act in OF_TRANSLATIONS:
        return _of_translation(item, language)
    return OF_NORMS[notice.act](item, language)


def _of_comment(item: Item, comment: Comment, language: str) -> NoticeText:
    act = item.notice.act
    values = {
        "comment": f"c{comment.number}",
        "who": comment.stakeholder.name,
        "place": place_of(comment.clause.label if comment.clause else None),
        "decision": word(item.disposition.decision) if item.disposition else "",
        "reason": word(comment.hiding_reason) if comment.hiding_reason else "",
    }
    if act == "comment-hidden":
        line = gettext("%(place)s: your comment %(comment)s has been hidden. Reason: %(reason)s.", **values)
    elif item.is_mention:
        line = gettext("%(place)s: %(who)s mentioned you in comment %(comment)s.", **values)
    elif act == "disposition-reviewed":
        found = word(Finding(item.notice.entry.details["finding"]))
        line = gettext("%(place)s: comment %(comment)s. %(found)s.", found=found, **values)
    elif act == "comment-disposed" and item.is_mine:
        line = gettext("%(place)s: disposition of your comment %(comment)s: %(decision)s.", **values)
    elif act == "comment-disposed":
        line = gettext("%(place)s: disposition of comment %(comment)s by %(who)s: %(decision)s.", **values)
    elif act == "comment-released" and item.is_own:
        line = gettext("%(place)s: your comment %(comment)s has been released and is now visible.", **values)
    elif item.is_mine:
        line = gettext("%(place)s: %(who)s replied to your comment (%(comment)s).", **values)
    elif comment.change is not None:
        line = gettext("%(place)s: %(who)s proposed different wording (%(comment)s).", **values)
    else:
        line = gettext("%(place)s: %(who)s commented (%(comment)s).", **values)
    said = [comment.body]
    if comment.change is not None:
        said += [comment.change.wording or word(ChangeOperation.DELETE)]
    if item.disposition is not None:
        said += [gettext("Answer:"), said_in_words(item.disposition.reason, item.disposition.language)[0]]
    place = {"lang": language, "slug": item.notice.norm.slug, "number": comment.number}
    return NoticeText(
        line, [shortened(one) for one in said if one], [("", address_of("discussion.comment", place))]
    )


def _of_put(put: PutToDraft, norm: Norm, language: str) -> NoticeText:
    """What became of a change on a new draft; where it is returned, both texts."""
    said, became = put.said, put.became
    values = {
        "comment": f"c{said.number}",
        "place": place_of(said.clause.label if said.clause else None),
        "draft": became.draft.number,
    }
    words = [said.change.wording or word(ChangeOperation.DELETE)] if said.change else []
    if became.outcome is Rebasing.CARRIED:
        line = gettext(
            "%(place)s: your proposed change %(comment)s also applies to draft %(draft)s.", **values
        )
    elif became.outcome is Rebasing.MET:
        line = gettext(
            "%(place)s: draft %(draft)s already contains what you proposed in %(comment)s.", **values
        )
    else:
        line = gettext(
            "%(place)s: draft %(draft)s changed the text that %(comment)s concerns. Compare the two "
            "texts; you can propose the change again."
        , **values)  # fmt: skip
        texts = became.clause.texts if became.clause else []
        text = next((one.text for one in texts if said.change and one.language == said.change.language), "")
        words += [gettext("Text of the draft:"), text] if text else []
    place = {"lang": language, "slug": norm.slug, "number": said.number, "draft": became.draft.number}
    return NoticeText(
        line, [shortened(one) for one in words], [("", address_of("carried_changes.page", place))]
    )


def _of_objection(item: Item, objection: Objection, language: str) -> NoticeText:
    norm = item.notice.norm
    values = {"place": place_of(objection.position.clause.label)}
    if item.notice.act == "objection-noted":
        line = gettext("%(place)s: the chair has added a note on your maintained objection.", **values)
    else:
        line = gettext("%(place)s: your objection has been answered.", **values)
    said = [objection.position.reason]
    if item.answer is not None:
        said += [gettext("Answer:"), item.answer.text]
    ledger = address_of("positions.objections", {"lang": language, "slug": norm.slug})
    links = [
        (gettext("State whether this resolves your objection"), f"{ledger}#o{objection.id}"),
        (gettext("Change your position"),
         position_address(norm, objection.provision.code, objection.stakeholder_id, language)),
    ]  # fmt: skip
    return NoticeText(line, [shortened(one) for one in said], links)


def _of_objections(item: Item, language: str) -> NoticeText:
    """Objections answered together: where each objector says what it makes of its answer."""
    norm = item.notice.norm
    if item.notice.act == "objections-noted":
        line = gettext("The chair has added a note on your maintained objections.")
    else:
        line = gettext("Your objections have been answered.")
    ledger = address_of("positions.objections", {"lang": language, "slug": norm.slug})
    return NoticeText(line, (), [(gettext("State whether this resolves your objection"), ledger)])


def _of_contribution(item: Item, language: str) -> NoticeText:
    """What is drafted inside an entity: where to look, without its words."""
    entry = item.notice.entry
    what = word(ContributionKind(entry.details["kind"]))
    line = {
        "contribution-drafted": gettext("Internal draft awaiting your endorsement (%(what)s).", what=what),
        "contribution-endorsed": gettext("Your internal draft has been endorsed (%(what)s).", what=what),
        "contribution-declined": gettext("Your internal draft has been declined (%(what)s).", what=what),
    }[entry.act]
    place = {"lang": language, "number": entry.details["stakeholder"]}
    return NoticeText(line, (), [("", address_of("internal_drafts.index", place))])


def _of_work(item: Item, language: str) -> NoticeText:
    count = len(item.notice.entry.details["comments"])
    line = ngettext(
        "You have been assigned %(num)d comment.", "You have been assigned %(num)d comments.", count
    )
    place = {"lang": language, "slug": item.notice.norm.slug, "to": "mine"}
    return NoticeText(line, (), [("", address_of("triage.index", place))])


def _of_translation(item: Item, language: str) -> NoticeText:
    """The words of a translation on which a position was stated are others: where to read them."""
    entry = item.notice.entry
    line = gettext(
        "%(place)s: the translation that you read, %(language)s, has changed. Review your position.",
        place=place_of(entry.details["clause"]),
        language=autonym(entry.details["language"]),
    )
    place = {"lang": language, "slug": item.notice.norm.slug, "code": entry.subject}
    return NoticeText(line, (), [("", address_of("norms.provision", place))])


def _of_draft(item: Item, language: str) -> NoticeText:
    norm = item.notice.norm
    number = int(item.notice.entry.subject.rpartition(":")[2])
    place = {"lang": language, "slug": norm.slug}
    links = [(gettext("Read the text"), address_of("norms.draft", place | {"number": number}))]
    if number > 1:
        changelog = address_of("changelog.page", place | {"number": number})
        links += [(gettext("Changes and reasons"), changelog)]
    line = gettext("Draft %(number)s was opened.", number=number)
    return NoticeText(line, _carried(item.standings), links + to_reaffirm(item, language))


def _carried(standings: Sequence[NoticedPosition]) -> list[str]:
    labels = list(dict.fromkeys(one.label or gettext("Preamble") for one in standings if one.counts))
    if not labels:
        return []
    return [
        gettext("Your positions on these clauses were carried over, as the wording is the same: %(clauses)s.",
                clauses=", ".join(labels[:LONGEST_LIST]) + (" …" if len(labels) > LONGEST_LIST else ""))
    ]  # fmt: skip


def to_reaffirm(item: Item, language: str) -> list[tuple[str, str]]:
    """A link for each position that does not count until it is reaffirmed."""
    norm = item.notice.norm
    if norm.stage not in TAKES_POSITIONS:
        return []
    changed = [one for one in item.standings if not one.counts][:LONGEST_LIST]
    return [
        (
            gettext("%(place)s has new wording: reaffirm or change your position", place=place_of(one.label)),
            position_address(norm, one.code, one.stakeholder_id, language),
        )
        for one in changed
    ]


def _of_step(item: Item, language: str) -> NoticeText:
    norm, to = item.notice.norm, Stage(item.notice.entry.details["to"])
    if to in TAKES_POSITIONS and norm.stage is to and norm.closes_at is not None:
        line = gettext("%(stage)s: open until %(moment)s.", stage=word(to), moment=in_words(norm.closes_at))
    else:
        line = gettext("The norm has reached this stage: %(stage)s.", stage=word(to))
    return NoticeText(line, (), [("", text_address(norm, language))])


def _of_closing(item: Item, language: str) -> NoticeText:
    norm = item.notice.norm
    line = gettext("The round closes soon.")
    if norm.closes_at is not None:
        line = gettext("The round closes on %(moment)s.", moment=in_words(norm.closes_at))
    return NoticeText(line, (), [("", text_address(norm, language)), *to_reaffirm(item, language)])


def _of_determination(item: Item, language: str) -> NoticeText:
    stated, norm = item.determination, item.notice.norm
    line = gettext("The chair has recorded the determination.")
    words = []
    if stated is not None:
        line = gettext("The chair has recorded the determination: %(outcome)s.", outcome=word(stated.outcome))
        words = [shortened(in_language(stated.texts, language))]
    return NoticeText(line, words, [("", text_address(norm, language))])


OF_NORMS: Mapping[str, Callable[[Item, str], NoticeText]] = {
    "draft-opened": _of_draft,
    "step-taken": _of_step,
    "round-closing": _of_closing,
    "determined": _of_determination,
}
