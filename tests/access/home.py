from tests.access import Row, public

ROWS = {
    "home.negotiated": Row(302, 302),
    "home.index": public(),
    "home.method": public(),
    "home.formulas": public(),
    "home.privacy": public(),
    "home.accessibility": public(),
    "health.alive": Row(200, 200),
    "health.ready": Row(200, 200),
}
