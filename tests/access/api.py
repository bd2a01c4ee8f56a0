"""The API as a browser reaches it: without a token it reads what everybody may, and changes nothing."""

from tests.access import SIGN_IN, Row, public

NORM, CLAUSE = {"slug": "{slug}"}, {"slug": "{slug}", "code": "{code}"}

ROWS = {
    "api.description": public(),
    "api.list_norms": public(),
    "api.get_norm": public(**NORM),
    "api.get_draft": public(**NORM, number="1"),
    "api.get_provision": public(**CLAUSE),
    "api.list_comments": public(**CLAUSE),
    "api.add_comment": Row(SIGN_IN, SIGN_IN, args=CLAUSE),
    "api.put_position": Row(SIGN_IN, SIGN_IN, args=CLAUSE),
    "api.get_assessment": public(**NORM),
    "api.list_dispositions": public(**NORM),
    "api.get_publication": public(**NORM, number="{publication}"),
    "api.list_audit": public(),
}
