from tests.access import NOTHING, OK, SIGN_IN, Row

ROWS = {
    "my.index": Row(SIGN_IN, OK),
    "my.throw_away": Row(SIGN_IN, NOTHING, args={"number": "1"}),  # there is none of theirs
}
