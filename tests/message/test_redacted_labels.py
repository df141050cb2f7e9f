"""A shortened number is not given away by a label that repeats it."""

from __future__ import annotations

from datetime import UTC

from monitor.message.texts import Style, heading, shown_name
from tests.dossiers import parcel

NAMED = parcel(number="LB123456789CN", label="kettle lb123456789cn")


def test_a_label_that_holds_the_number_is_shortened_in_redacted_messages() -> None:
    style = Style(UTC, redact=True)

    assert shown_name(NAMED, style) == "kettle …89CN"
    assert heading(NAMED, style) == "kettle …89CN · …89CN"


def test_without_redaction_a_label_stays_as_it_was_given() -> None:
    assert heading(NAMED, Style(UTC)) == "kettle lb123456789cn · LB123456789CN"
