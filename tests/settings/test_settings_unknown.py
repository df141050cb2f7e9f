"""Options that do not exist are told by name, place and nearest right spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from monitor.settings.model import Settings
from monitor.settings.spelling import every, suggestion, wrong_part

if TYPE_CHECKING:
    from tests.settings.conftest import Desk


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param('timezon = "UTC"', "Unknown option timezon (config.toml); did you mean timezone?", id="at the top"),
        pytest.param('Timezone = "UTC"', "Unknown option Timezone (config.toml); did you mean timezone?", id="in another case"),
        pytest.param('[databse]\npath = "x"', "Unknown option databse (config.toml); did you mean database?", id="a table"),
        pytest.param('poll.evry = "1h"', "Unknown option poll.evry (config.toml); did you mean poll.every?", id="in a table"),
        pytest.param('adapters.seventeentrack.api_kee = "K"', "Unknown option adapters.seventeentrack.api_kee (config.toml); did you mean adapters.seventeentrack.api_key?", id="of an adapter"),
        pytest.param('api_key = "K"', "Unknown option api_key (config.toml); did you mean adapters.seventeentrack.api_key?", id="in the wrong table"),
        pytest.param('[[channels]]\nname = "phone"\nurl = "json://x"\nseverity = "info"', "Unknown option channels.phone.severity (config.toml); did you mean channels.phone.min_severity?", id="of a channel"),
        pytest.param("protection.shops.x.day = 1", "Unknown option protection.shops.x.day (config.toml); did you mean protection.shops.x.days?", id="of a shop"),
        pytest.param("protection.warn_days = [1]", "Unknown option protection.warn_days (config.toml); did you mean protection.warn_days_before?", id="a part of the name"),
        pytest.param("backup.zzz = 1", "Unknown option backup.zzz (config.toml); options there are keep, path.", id="like nothing there"),
        pytest.param("zzz = 1", "Unknown option zzz (config.toml); options there are adapters, alerts, backup,", id="like nothing at all"),
        pytest.param('adapters.seventeen.api_key = "K"', "Unknown adapter adapters.seventeen (config.toml); did you mean adapters.seventeentrack?", id="an adapter"),
        pytest.param('adapters.zzz.url = "K"', 'Unknown adapter adapters.zzz (config.toml); one of your own needs kind = "http_json".', id="an adapter like none"),
        pytest.param("[rules.clearanse]", "Unknown rule rules.clearanse (config.toml); did you mean rules.clearance?", id="a rule"),
        pytest.param("[rules.zzz]", "Unknown rule rules.zzz (config.toml); rules are clearance, clearance_due,", id="a rule like none"),
        pytest.param('"\\u001b[2Jpoll" = 1', "Unknown option [2Jpoll (config.toml); did you mean poll?", id="control characters are not repeated"),
    ],
)  # fmt: skip
def test_an_unknown_option_of_the_file(desk: Desk, text: str, sentence: str) -> None:
    assert sentence in desk.refusal(text)


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        pytest.param("PARCELS_TIMEZON", "did you mean PARCELS_TIMEZONE?", id="at the top"),
        pytest.param("PARCELS_POLL__EVRY", "did you mean PARCELS_POLL__EVERY?", id="in a table"),
        pytest.param("PARCELS_POL__EVERY", "did you mean PARCELS_POLL__EVERY?", id="a table"),
        pytest.param("PARCELS_POLL_EVERY", "did you mean PARCELS_POLL__EVERY?", id="one underscore only"),
        pytest.param("PARCELS_API_KEY", "did you mean PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY?", id="its last part"),
        pytest.param("PARCELS_TIMEZONE__NAME", "names no option", id="a table that is a value"),
        pytest.param("PARCELS_CHANNELS__PHONE__URI", "did you mean PARCELS_CHANNELS__PHONE__URL?", id="of a channel"),
        pytest.param("PARCELS_ZZZ", "names no option; `parcels config` lists the options.", id="like nothing"),
        pytest.param("PARCELS_", "names no option", id="the prefix alone"),
        pytest.param("PARCELS_POLL__", "names no option", id="a part that is empty"),
    ],
)  # fmt: skip
def test_an_unknown_variable(desk: Desk, variable: str, sentence: str) -> None:
    told = desk.refusal(**{variable: "s3ntinel-value-1"})
    assert told.startswith(f"The environment variable {variable} names no option")
    assert sentence in told
    assert "s3ntinel" not in told


def test_an_unknown_adapter_of_a_variable_is_told_with_the_variable(desk: Desk) -> None:
    told = desk.refusal(PARCELS_ADAPTERS__SEVENTEENTRAK__API_KEY="s3ntinel-value-1")
    assert told == (
        "Unknown adapter adapters.seventeentrak (environment PARCELS_ADAPTERS__SEVENTEENTRAK__API_KEY); "
        "did you mean adapters.seventeentrack?"
    )


def test_an_unknown_option_in_json_is_told_with_the_variable(desk: Desk) -> None:
    assert desk.refusal(PARCELS_POLL='{"evry": "1h"}') == (
        "Unknown option poll.evry (environment PARCELS_POLL); did you mean poll.every?"
    )


def test_an_unknown_credential_is_told_by_its_name(desk: Desk) -> None:
    desk.write("s3ntinel-value-1", "c/adapters__seventeentrack__apikey")
    assert desk.refusal(CREDENTIALS_DIRECTORY=str(desk.folder / "c")) == (
        "The credential adapters__seventeentrack__apikey names no option; "
        "did you mean adapters__seventeentrack__api_key?"
    )


def test_every_option_there_is_is_known() -> None:
    assert [path for path in every(Settings) if wrong_part(Settings, path) is not None] == []


OPTIONS = [path for path in every(Settings) if path[0] not in {"channels", "rules", "seasons"}]


@hypothesis_settings(max_examples=60)
@given(st.sampled_from(OPTIONS), st.data())
def test_one_letter_left_out_leads_back_to_the_option_or_another_right_one(
    path: tuple[str, ...], data: st.DataObject
) -> None:
    last = path[-1]
    gone = data.draw(st.integers(0, len(last) - 1))
    slip = (*path[:-1], last[:gone] + last[gone + 1 :])
    if wrong_part(Settings, slip) is not None:
        near = suggestion(Settings, slip)
        assert near is not None
        assert wrong_part(Settings, near) is None
