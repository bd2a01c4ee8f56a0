from tests.access import SEE_OTHER, SIGN_IN, Row

UNSIGNED = 400
STOP = {"token": "nothing"}

ROWS = {
    "notices.choose": Row(SIGN_IN, SEE_OTHER, form={"rhythm": "weekly"}),
    "notices.follow": Row(
        SIGN_IN, SEE_OTHER, args={"slug": "{slug}", "code": "{code}"}, form={"follows": "true"}
    ),
    "notices.stop": Row(UNSIGNED, UNSIGNED, args=STOP),
    "notices.stopped": Row(UNSIGNED, UNSIGNED, args=STOP),
}
