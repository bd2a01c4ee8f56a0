from tests.access import OK, SIGN_IN, Row

ROWS = {"my.index": Row(SIGN_IN, OK)}
