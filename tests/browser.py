"""A browser without JavaScript, as far as forms are concerned."""

import html
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.forms import TOKEN, form_at, hidden_in


class Browser:
    """Keeps the page it shows, and sends a form with the token that page carries."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    @property
    def line(self) -> str:
        """The page with each run of white space as one space, as a reader sees it."""
        return " ".join(self.page.split())

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._shown(self.client.get(path, **options))

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        """Send fields with the token of the page that is shown, or of the sign-in page if it has none."""
        if not TOKEN.search(self.page):
            self.get("/en/sign-in/")
        return self._shown(self.client.post(path, data={"csrf_token": self.token, **fields}))

    @property
    def token(self) -> str:
        found = TOKEN.search(self.page)
        assert found is not None, "the page has no form"
        return html.unescape(found[1])

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms but for the token."""
        fields = hidden_in(self.page)
        fields.pop("csrf_token", None)
        return fields

    def opened(self, action: str) -> dict[str, str]:
        """The hidden fields of the form sent there, but for the token; of the last without an address."""
        fields = hidden_in(form_at(self.page, action))
        fields.pop("csrf_token")
        return fields

    def _shown(self, response: TestResponse) -> TestResponse:
        gone = response.status_code in (301, 302, 303)
        self.page = "" if gone else response.get_data(as_text=True)
        return response
