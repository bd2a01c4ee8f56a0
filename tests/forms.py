"""What a page's forms hold, as a browser without JavaScript finds it (pure)."""

import html
import re

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = re.compile(r"<form .*?</form>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden"(?: data-now)? name="([^"]+)" value="([^"]*)">')


def hidden_in(page: str) -> dict[str, str]:
    """The hidden fields of a page or of a form, with the token."""
    return {html.unescape(name): html.unescape(value) for name, value in HIDDEN.findall(page)}


def form_at(page: str, action: str) -> str:
    """The form that is sent there, or the last without an address.

    :raises IndexError: there is none.
    """
    forms = [form for form in FORM.findall(page) if 'method="post"' in form.partition(">")[0]]
    there = [form for form in forms if f'action="{action}"' in form]
    return there[0] if there else [form for form in forms if "action=" not in form][-1]
