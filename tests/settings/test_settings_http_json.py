"""The table of an adapter of one's own: its options, what is refused, and the adapter it makes."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters import ADAPTERS
from monitor.adapters.http_json import HttpJson
from monitor.settings.explaining import MASK, explain

if TYPE_CHECKING:
    from monitor.settings import HttpJson as Table
    from tests.settings.conftest import Desk

SENTINEL = "s3ntinel-0123456789"
START = '[adapters.mine]\nkind = "http_json"\nbase_url = "https://api.example.org/v1"\n'


def mine(desk: Desk, text: str = "", **environ: str) -> Table:
    return desk.load(START + text, **environ).adapters.others["mine"]


def made(table: Table) -> Any:
    return ADAPTERS["http_json"](name="mine", **table.options)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param('evry = "1h"', "Unknown option adapters.mine.evry (config.toml); did you mean adapters.mine.every?", id="a misspelt option"),
        pytest.param('url = "https://x"', "Unknown option adapters.mine.url (config.toml)", id="an option of something else"),
        pytest.param('path = "/parcels"', "adapters.mine (config.toml): neither its path nor its query holds {number}, where the tracking number belongs.", id="no place for the number"),
        pytest.param('path = "/{nummer}"', "adapters.mine.path (config.toml): it has a place in braces that nobody fills; there is {number}.", id="a misspelt place"),
        pytest.param('events = "a[?b"', "adapters.mine.events (config.toml): it is no JMESPath expression: it ends too early.", id="a bad expression"),
        pytest.param('events = ""', "adapters.mine.events (config.toml): it is needed", id="no expression"),
        pytest.param('found = "lenght(a)"', "adapters.mine.found (config.toml): it calls a function that JMESPath does not have; did you mean length?", id="a misspelt function"),
        pytest.param('numbers = "[A-Z"', "adapters.mine.numbers (config.toml): it must be a regular expression", id="a bad regular expression"),
        pytest.param('zone = "Europe/Pariss"', "adapters.mine.zone (config.toml): it must be a time zone of the IANA database; did you mean Europe/Paris?", id="a bad zone"),
        pytest.param('time_format = "%Q"', "adapters.mine.time_format (config.toml): it must be", id="a bad form of times"),
        pytest.param('codes.H1 = "clearence_start"', "adapters.mine.codes (config.toml): H1 must be given a stage; did you mean clearance_start?", id="a misspelt stage"),
        pytest.param('headers.Host = "x"', "adapters.mine.headers (config.toml): the header Host cannot be set here; leave it out.", id="a header that is not ours"),
        pytest.param("not_found = [500]", "adapters.mine.not_found (config.toml): it must be a list of HTTP statuses", id="a status that means something else"),
        pytest.param('every = "6"', "adapters.mine.every (config.toml): it must be a duration", id="no unit"),
        pytest.param('floor = "1s"', "adapters.mine.floor (config.toml): it must be from 1m to 31d.", id="too often"),
        pytest.param("spacing = 1", "adapters.mine.spacing (config.toml): it must be a duration", id="a number for a duration"),
        pytest.param('page = "x"', "adapters.mine.page (config.toml): it must be a web address", id="no page"),
        pytest.param('official = "maybe"', "adapters.mine.official (config.toml): it must be true or false.", id="no truth value"),
        pytest.param('text = ""\ncode = ""', "adapters.mine (config.toml): it needs text or code", id="events that say nothing"),
        pytest.param("query = '{\"a\": '", "adapters.mine.query (config.toml): it must be a table", id="half of a table as JSON"),
        pytest.param('query = "a=b"', "adapters.mine.query (config.toml): it must be a table", id="text for a table"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_by_table_and_name(desk: Desk, text: str, sentence: str) -> None:
    assert sentence in desk.refusal(START + text)


def test_http_is_for_this_machine_alone(desk: Desk) -> None:
    told = desk.refusal(START.replace("https://api", "http://api"))
    assert "adapters.mine.base_url (config.toml): http:// is allowed only to this machine" in told


def test_an_adapter_needs_its_address(desk: Desk) -> None:
    assert desk.refusal('[adapters.mine]\nkind = "http_json"') == (
        "adapters.mine.base_url is missing (config.toml): give the address its requests go to."
    )


def test_of_an_adapter_nobody_knows_nothing_else_is_told(desk: Desk) -> None:
    assert desk.refusal('[adapters.seventeentrak]\napi_key = "K"\nzzz = 1') == (
        "Unknown adapter adapters.seventeentrak (config.toml); did you mean adapters.seventeentrack?"
    )


@pytest.mark.parametrize("name", ["hand", '"my carrier"', '"../x"', "a" * 41, "9x", '"é"'])
def test_an_adapter_is_named_so_that_it_can_name_a_file(desk: Desk, name: str) -> None:
    told = desk.refusal(START.replace("mine", name))
    assert "cannot be used; an adapter's name is a letter and up to 39 letters" in told


WRONG = [
    f'path = "/{SENTINEL}"', f'path = "/{{number}}?{SENTINEL}"', f'query.k = "{{x}}{SENTINEL}"',
    f'headers.X = "é{SENTINEL}"', f'api_key = "{SENTINEL} {SENTINEL}"', f'numbers = "[{SENTINEL}"',
    f'events = "[{SENTINEL}"', f'found = "{SENTINEL}("', f'zone = "{SENTINEL}"',
    f'time_format = "{SENTINEL}"', f'codes.H1 = "{SENTINEL}"', f'page = "{SENTINEL}"',
    f'not_found = ["{SENTINEL}"]', f'official = "{SENTINEL}"', f'every = "{SENTINEL}"',
    f'headers = "{SENTINEL}"', f'codes = "{SENTINEL}"', f'spacing = "{SENTINEL}"',
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_no_refusal_repeats_a_value(desk: Desk, text: str) -> None:
    assert SENTINEL not in desk.refusal(START + text)


# what is made of it


def test_the_defaults_are_those_of_the_adapter(desk: Desk) -> None:
    given = made(mine(desk))
    assert given == HttpJson(name="mine", base_url="https://api.example.org/v1")


def test_the_options_are_all_of_the_adapters_but_its_name(desk: Desk) -> None:
    fields = {field.name for field in dataclasses.fields(HttpJson)}
    assert set(mine(desk).options) == fields - {"name"}


def test_every_option_reaches_the_adapter(desk: Desk) -> None:
    desk.write(SENTINEL, "key")
    given = made(
        mine(
            desk,
            'path = "/p/{number}"\nquery = { lang = "en", page = 1 }\nheaders = { X = "{api_key}" }\n'
            'api_key_file = "key"\nnumbers = \'[A-Z]{2}\\d{9}FR\'\nevery = "2h"\nfloor = "30m"\n'
            'spacing = "2s"\nfound = "s"\nnumber = "s.id"\nevents = "s.e"\ntime = "d"\ntext = "l"\n'
            'code = "c"\nplace = "p"\ncountry = "cc"\norigin = "s.o"\ndestination = "s.d"\n'
            'status = "s.s"\ntime_format = "epoch"\nzone = "Europe/Paris"\nnot_found = [410]\n'
            'page = "https://x.example/{numbers}"\nofficial = false\ncodes = { H1 = "pickup" }\n',
        )
    )
    assert given == HttpJson(
        name="mine", base_url="https://api.example.org/v1", path="/p/{number}",
        query={"lang": "en", "page": "1"}, headers={"X": "{api_key}"}, api_key=SENTINEL,
        numbers=r"[A-Z]{2}\d{9}FR", every=timedelta(hours=2), floor=timedelta(minutes=30),
        spacing=timedelta(seconds=2), found="s", number="s.id", events="s.e", time="d", text="l",
        code="c", place="p", country="cc", origin="s.o", destination="s.d", status="s.s",
        time_format="epoch", zone="Europe/Paris", not_found=(410,),
        page="https://x.example/{numbers}", official=False, codes={"H1": "pickup"},
    )  # fmt: skip


def test_options_of_the_environment_reach_it_too(desk: Desk) -> None:
    given = made(
        mine(
            desk,
            'headers = { X-Key = "{api_key}" }',
            PARCELS_ADAPTERS__MINE__API_KEY=SENTINEL,
            PARCELS_ADAPTERS__MINE__HEADERS__X_KEY="Bearer {api_key}",
            PARCELS_ADAPTERS__MINE__QUERY='{"lang": "fr"}',
            PARCELS_ADAPTERS__MINE__NOT_FOUND="404,410",
            PARCELS_ADAPTERS__MINE__EVENTS="a.b",
        )
    )
    assert (given.api_key, given.events, given.not_found) == (SENTINEL, "a.b", (404, 410))
    assert given.headers == {"X-Key": "Bearer {api_key}"}
    assert given.query == {"lang": "fr"}


def test_a_whole_adapter_can_stand_in_the_environment(desk: Desk) -> None:
    settings = desk.load(
        PARCELS_ADAPTERS__MINE__KIND="http_json",
        PARCELS_ADAPTERS__MINE__BASE_URL="https://api.example.org",
    )
    assert settings.adapters.others["mine"].active


def test_a_misspelt_variable_is_told_with_the_right_one(desk: Desk) -> None:
    told = desk.refusal(START, PARCELS_ADAPTERS__MINE__EVRY="1h")
    assert told == (
        "The environment variable PARCELS_ADAPTERS__MINE__EVRY names no option; "
        "did you mean PARCELS_ADAPTERS__MINE__EVERY?"
    )


@pytest.mark.parametrize(
    ("text", "active"),
    [
        pytest.param("", True, id="without a key where none is needed"),
        pytest.param("enabled = false", False, id="switched off"),
        pytest.param('headers = { X = "{api_key}" }', False, id="without the key its request holds"),
        pytest.param('query = { k = "{api_key}" }\napi_key = "K"', True, id="with it"),
        pytest.param('query.k = "{api_key}"\napi_key = "K"\nenabled = false', False, id="with it and off"),
    ],
)  # fmt: skip
def test_it_is_active_when_it_is_on_and_has_its_key(desk: Desk, text: str, active: bool) -> None:
    assert mine(desk, text).active is active


# secrets


def test_a_table_whose_key_is_elsewhere_may_be_open_to_all(desk: Desk) -> None:
    desk.write(SENTINEL, "key")
    text = (
        'api_key_file = "key"\nheaders = { X-Okapi-Key = "{api_key}", Accept = "application/json" }\n'
        'query = { apikey = "{api_key}", fields = "shipment_and_events_v2", day = "2026-09-01T00-00" }\ncodes = { TOKEN1 = "delivered" }\n'
    )
    desk.write(START + text, mode=0o644)
    from monitor.settings import load

    settings = load(desk.file, desk.environ, rules={})
    assert settings.secrets() == (SENTINEL,)


@pytest.mark.parametrize(
    "text",
    [
        f'api_key = "{SENTINEL}"',
        f'headers = {{ X-Auth = "{SENTINEL}" }}',
        f'query = {{ apikey = "{SENTINEL}" }}',
        f'query = {{ id = "{{number}}", app = "{SENTINEL}" }}',
    ],
)
def test_a_secret_is_masked_hidden_and_known_for_redaction(desk: Desk, text: str) -> None:
    settings = desk.load(START + text)
    rows = {row.path: row.value for row in explain(settings)}
    assert MASK in {value for path, value in rows.items() if path.startswith("adapters.mine.")}
    shown = [repr(settings), repr(settings.adapters.others["mine"]), repr(rows)]
    assert not [text for text in shown if SENTINEL in text]
    assert settings.secrets() == (SENTINEL,)


def test_knowing_the_table_loads_neither_the_adapter_nor_its_library() -> None:
    program = "import sys; from monitor.settings import load; load(None, {'HOME': '/'}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"jmespath", "monitor.adapters.http_json"} & set(done.stdout.split())
