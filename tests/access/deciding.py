from tests.access import NO, NOTHING, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row, public

NORM = {"slug": "{slug}"}


ROWS = {
    "consensus.index": public(**NORM),
    "consensus.clause": public(slug="{slug}", code="{code}"),
    "influence.index": public(**NORM),
    "conduct.decisions": public(**NORM),
    "conduct.index": Row(SIGN_IN, NO, {"chair": OK}, args=NORM),
    "conduct.put_aside": Row(
        SIGN_IN, NO, {"chair": UNCLEAR}, args=NORM, form={"detector": "identical", "language": "en"}
    ),
    "conduct.confirm_proposal": Row(NOTHING, NOTHING, args={"slug": "{slug}", "number": "999"}),
    "conduct.lift": Row(NOTHING, NOTHING, args={"slug": "{slug}", "number": "999"}, form={"reason": "No."}),
    "consensus.representation": public(**NORM),
    "consensus.countries": public(),
    "consensus.country": Row(SIGN_IN, NO, {"administrator": OK}, args={"code": "NA"}),
    "consensus.correct_country": Row(
        SIGN_IN, NO, {"administrator": SEE_OTHER}, args={"code": "NA"},
        form={"ldc": "true", "reason": "A list of the United Nations."},
    ),
    "publications.index": public(**NORM),
    "publications.issue": Row(SIGN_IN, NO, {"publisher": UNCLEAR}, args=NORM),
    "publications.show": public(slug="{slug}", number="{publication}"),
    "publications.package": Row(NOTHING, NOTHING, args={"slug": "{slug}", "number": "{publication}"}),
    "publications.auditors": Row(
        SIGN_IN, NO, {"publisher": NOTHING, "administrator": NOTHING},
        args={"slug": "{slug}", "number": "{publication}"},
    ),
    "record.index": public(),
    "record.norm": public(**NORM),
}  # fmt: skip
