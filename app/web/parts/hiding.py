"""Hiding what was written: the form, wherever it stands."""

from app.discussion.models import HidingReason
from app.kernel.context import Form


class HideForm(Form):
    reason: HidingReason
