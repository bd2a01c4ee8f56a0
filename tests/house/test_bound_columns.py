"""Every column of every table is bound by the record, or stands here with a reason."""

import pytest

from app.audit.binding.parts import parts_of
from app.foundation.database import Base

KINDS = {mapper.class_.__tablename__: mapper for mapper in Base.registry.mappers}

WORKBENCH = "work on the next draft: its steps are bound, and so is the text it becomes"
MODERATORS_DESK = "how moderators share their work; what they decide on each comment is bound"
READING_AID = "helps to read and is no part of the text; each change has its act"
INSIDE = "inside an entity; what it endorses is its comment or its position, and bound there"
DERIVED = "computed from what is bound"
OWN_AFFAIR = "of the person alone; nothing that counts or is said rests on it"
WHEN_MADE = "the entry that tells of it has its moment"
NAMED_TONGUE = "in which language words are, not what they say"

#: Tables that nothing rests on who counts, what is said or what is decided.
TABLES = {
    "audit_entry": "the record itself: its chains bind it",
    "record_key": "the key under which digests are made",
    "sign_in": OWN_AFFAIR,
    "account_token": OWN_AFFAIR,
    "api_token": OWN_AFFAIR,
    "tries": "counts what was tried, for some hours",
    "job": "work that waits; its results are bound",
    "step_asked": "a step that waits for the worker and is forgotten; the step that is taken is bound",
    "follow": OWN_AFFAIR,
    "notice": "read from the record",
    "notice_mark": "how far the record was read for notices",
    "mentioned": "read from the record",
    "unsent_comment": OWN_AFFAIR,
    "working_note": OWN_AFFAIR,
    "compilation": WORKBENCH,
    "compilation_entry": WORKBENCH,
    "compilation_wording": WORKBENCH,
    "contribution": INSIDE,
    "contribution_version": INSIDE,
    "mandate_offer": "binds nobody until it is accepted; then there is a mandate, which is bound",
    "reading_aid": READING_AID,
    "reading_aid_wording": READING_AID,
    "question_answer": READING_AID,
    "package_chunk": "a publication's package: its digest is bound",
    "stored_package": "where a package is: its digest, and in it that of the auditors' one, are bound",
    "reason": "a passage of a comment, whose words are bound",
    "assignment": MODERATORS_DESK,
    "answer_template": MODERATORS_DESK,
    "comment_group": MODERATORS_DESK,
    "group_member": MODERATORS_DESK,
    "copies_found": DERIVED,
    "text_vector": DERIVED,
}

#: Columns of bound tables that are not bound.
COLUMNS = {
    "clause_text.digest": DERIVED,
    "clause_text.version": "counts the words before, each of which is bound",
    "clause_text.provenance": "who is credited; the steps that brought the words are bound",
    "clause_text_version.digest": DERIVED,
    "comment.author_id": "who wrote it down; whose word it is, is bound",
    "comment.created_at": WHEN_MADE,
    "comment.form_key": "so that a form sent twice counts once",
    "comment.provision_id": "the provision of its clause, which is bound",
    "comment.read_language": "the translation that was read is bound",
    "comment.words_digest": DERIVED,
    "comment_version.edited_by": "the entry that tells of the edit names who made it",
    "comment_version.was_shown": "the entry that tells of the edit stands after those that showed it",
    "disposition.clause_id": "a link; the draft and the step that kept a decision are bound",
    "disposition.language": NAMED_TONGUE,
    "disposition_review.language": NAMED_TONGUE,
    "disposition_review.norm_id": "the norm of its disposition's comment, which is bound",
    "corrigendum.reason_language": NAMED_TONGUE,
    "draft.created_at": WHEN_MADE,
    "norm.created_at": WHEN_MADE,
    "norm.summaries": READING_AID,
    "norm.time_zone": "how the closing is spelled; its moment is bound",
    "objection.changed_at": WHEN_MADE,
    "position.superseded_at": "of the rows that follow each other only the last may be in force",
    "provision.created_at": WHEN_MADE,
    "rebased_change.rebased_at": WHEN_MADE,
    "rules_of_procedure.version": "counts the edits before the rules are frozen",
    "stakeholder.appealed_at": WHEN_MADE,
    "stakeholder.created_at": WHEN_MADE,
    "stakeholder.evidence": "read by moderators; what they decide is bound with its reason",
    "stakeholder.external_id": "the row of an imported file, whose digest is in the record",
    "stakeholder.folded": DERIVED,
    "stakeholder.language": NAMED_TONGUE,
    "stakeholder.origin": "the import it came with, whose entry binds it",
    "stakeholder.skeleton": DERIVED,
    "user_account": "of an account only who administers decides anything; the rest is the person's own",
}


@pytest.mark.parametrize("table", sorted(KINDS))
def test_each_column_is_bound_or_has_a_reason_not_to_be(table: str) -> None:
    mapper = KINDS[table]
    bound = {column for part in parts_of(mapper.class_) for column in part.columns}
    if not bound:
        assert TABLES.get(table), f"{table}: bind it (__bound__), or say here why not"
        return
    assert table not in TABLES
    identity = {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    left = {column.key for column in mapper.column_attrs} - bound - identity
    lacking = [name for name in sorted(left) if not COLUMNS.get(f"{table}.{name}", COLUMNS.get(table))]
    assert not lacking, f"{table}: bind {lacking} (__bound_later__), or say here why not"


def test_no_reason_is_given_for_what_is_not_there_or_is_bound() -> None:
    bound = {
        f"{table}.{column}"
        for table, mapper in KINDS.items()
        for part in parts_of(mapper.class_)
        for column in part.columns
    }
    there = {f"{table}.{column.key}" for table, mapper in KINDS.items() for column in mapper.column_attrs}
    assert TABLES.keys() <= KINDS.keys()
    assert {name for name in COLUMNS if "." in name} <= there - bound


def test_a_column_is_bound_in_one_part_alone() -> None:
    for mapper in Base.registry.mappers:
        columns = [column for part in parts_of(mapper.class_) for column in part.columns]
        assert len(set(columns)) == len(columns)
