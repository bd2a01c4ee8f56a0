"""Rules of addresses that compile what writes an address when one is first written.

Werkzeug compiles two functions for each rule when an application is made, which takes longer than all the
rest of it; most processes write the addresses of few.
"""

from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    def _compile_builder(self, append_unknown: bool = True) -> Any:
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            setattr(rule, name, Rule._compile_builder(rule, append_unknown).__get__(rule, None))
            written: tuple[str, str] = getattr(rule, name)(**values)
            return written

        return build
