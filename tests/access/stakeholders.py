from tests.access import CLOSED, NO, NOTHING, SEE_OTHER, SIGN_IN, UNCLEAR, Row, public

VERIFIED = {"number": "{stakeholder}"}  # the entity whose contact point is "contact"
ENTITY = {"name": "Bureau", "category": "government", "country": "KE", "evidence": "A letter."}

ROWS = {
    "stakeholders.index": public(),
    "stakeholders.register": Row(SIGN_IN, 200),
    "stakeholders.register_individual": Row(SIGN_IN, SEE_OTHER, form={"country": "KE"}),
    "stakeholders.register_entity": Row(SIGN_IN, SEE_OTHER, form=ENTITY),
    "stakeholders.show": public(**VERIFIED),
    "renaming.show": Row(
        SIGN_IN, NO, {"contact": 200, "moderator": 200, "administrator": 200}, args=VERIFIED
    ),
    "renaming.rename": Row(
        SIGN_IN,
        NO,
        {"contact": SEE_OTHER, "moderator": SEE_OTHER, "administrator": SEE_OTHER},
        args=VERIFIED,
        form={"name": "Another name", "version": "{name_version}"},
    ),
    "stakeholders.give_evidence": Row(
        SIGN_IN,
        NO,
        {"contact": CLOSED, "administrator": CLOSED},
        args=VERIFIED,
        form={"evidence": "A letter.", "version": "{evidence_version}"},
    ),
    "stakeholders.give_mandate": Row(
        SIGN_IN,
        NO,
        {"contact": UNCLEAR, "administrator": UNCLEAR},
        args=VERIFIED,
        form={"email": "no address", "role": "observer"},
    ),
    "stakeholders.withdraw_offer": Row(NOTHING, NOTHING, args={**VERIFIED, "offered": "999999"}),
    "stakeholders.answer_offer": Row(SIGN_IN, CLOSED, args={"offered": "999999", "answer": "accept"}),
    "stakeholders.end_mandate": Row(NOTHING, NOTHING, args={**VERIFIED, "mandate": "999999"}),
    "stakeholders.vouch": Row(
        SIGN_IN,
        NO,
        {"contact": UNCLEAR},
        args=VERIFIED,
        form={"entity": "{stakeholder}", "reason": "An entity vouches for no entity."},
    ),
    "stakeholders.revoke_vouch": Row(NOTHING, NOTHING, args={**VERIFIED, "decision": "999999"}),
}
