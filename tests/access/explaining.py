from tests.access import NO, OK, SEE_OTHER, SIGN_IN, Row, public

NORM = {"slug": "{slug}"}
CLAUSE = {**NORM, "code": "{code}"}
AID = {**NORM, "number": "{aid}"}
COMMENT = {**NORM, "number": "{comment}"}
REASON = {**NORM, "number": "{reason}"}
LOOK = {"editor": OK, "translator": OK}
ACT = {"editor": SEE_OTHER, "translator": SEE_OTHER}
MODERATE = {"moderator": SEE_OTHER}
TERM = {"kind": "term", "language": "en", "title": "State", "text": "A State that is a party."}
ASKED = {"kind": "question", "language": "en", "text": "Is this clear?"}
WORDS = {"language": "en", "text": "All may speak.", "version": "1"}
CHOSEN = {"bearing": "against", "words": "Why?"}

ROWS = {
    "reading_aids.glossary": public(**NORM),
    "reading_aids.add_term": Row(SIGN_IN, NO, ACT, args=NORM, form=TERM),
    "reading_aids.form": Row(SIGN_IN, NO, LOOK, args=CLAUSE),
    "reading_aids.add": Row(SIGN_IN, NO, ACT, args=CLAUSE, form=ASKED),
    "reading_aids.word": Row(SIGN_IN, NO, ACT, args=AID, form=WORDS),
    "reading_aids.remove": Row(SIGN_IN, NO, ACT, args=AID),
    "discussion.choose": Row(SIGN_IN, NO, MODERATE, args=COMMENT, form=CHOSEN),
    "reading_aids.drop": Row(SIGN_IN, NO, MODERATE, args=REASON),
}
