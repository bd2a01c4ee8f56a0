from tests.access import public

ROWS = {
    "norms.index": public(),
    "norms.current": public(slug="{slug}"),
    "norms.draft": public(slug="{slug}", number="1"),
    "norms.compare": public(slug="{slug}", number="1", other="1"),
    "changelog.page": public(slug="{slug}", number="1"),
    "norms.provision": public(slug="{slug}", code="{code}"),
}
