"""What every table of options has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of options: unknown ones are refused, and no report repeats a value."""

    # Built when the settings are, not each by itself: every command waits for it.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )
