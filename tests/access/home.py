from tests.access import Row, public

ROWS = {
    "site.negotiated": Row(302, 302),
    "site.index": public(),
    "site.method": public(),
    "site.formulas": public(),
    "site.privacy": public(),
    "site.accessibility": public(),
    "health.alive": Row(200, 200),
    "health.ready": Row(200, 200),
    "measured.read": Row(404, 404),  # without a token in the settings
}
