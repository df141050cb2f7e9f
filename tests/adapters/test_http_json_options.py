"""An API that is described wrongly is refused when it is described, in a sentence that names the option."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from monitor.adapters import ADAPTERS
from monitor.adapters.http_json import HttpJson, paths
from monitor.adapters.testing import KEY
from monitor.errors import BadConfiguration
from tests.adapters.http_json_answers import described


def refusal(**changes: Any) -> str:
    with pytest.raises(BadConfiguration) as caught:
        described(**changes)
    assert caught.value.exit_code == 78
    assert KEY not in str(caught.value)
    return str(caught.value)


PATH = "adapters.mycarrier.path: it must "
EXPRESSION = "adapters.mycarrier.events: it is no JMESPath expression: "
STATUSES = "adapters.mycarrier.not_found: it must be a list of HTTP statuses: 204, or 400 to 499"
FORMAT = "adapters.mycarrier.time_format: it must be"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"path": "/parcels"}, "adapters.mycarrier: neither its path nor its query holds {number}, where the tracking number belongs.", id="no place for the number"),
        pytest.param({"path": "/{nummer}"}, "adapters.mycarrier.path: it has a place in braces that nobody fills; there is {number}.", id="a misspelt place"),
        pytest.param({"path": "/{number}?lang=en"}, PATH + "not hold ?, #, a backslash or a stray brace; what follows a ? belongs into query.", id="a query in the path"),
        pytest.param({"path": "/{number}/{api_key}"}, PATH + "not hold {api_key}: a key travels in headers, or in query.", id="a key in the path"),
        pytest.param({"path": "/{number}}"}, PATH + "not hold ?, #, a backslash or a stray brace", id="a stray brace"),
        pytest.param({"path": "/a b/{number}"}, PATH + "be a path without blanks", id="a blank"),
        pytest.param({"path": 7}, PATH + "be a path without blanks", id="no text"),
        pytest.param({"query": {"id": "{nr}"}}, "adapters.mycarrier.query: it has a place in braces that nobody fills; there is {number} and {api_key}.", id="a misspelt place in the query"),
        pytest.param({"query": {"id": ["{number}"]}}, "adapters.mycarrier.query: the value of id must be text of at most 1000 characters.", id="a list in the query"),
        pytest.param({"query": {"id": "a\nb"}}, "adapters.mycarrier.query: the value of id must be text of one line.", id="two lines in the query"),
        pytest.param({"query": "id={number}"}, "adapters.mycarrier.query: it must be a table of names and texts", id="text for the query"),
        pytest.param({"headers": {"Host": "x"}}, "adapters.mycarrier.headers: the header Host cannot be set here; leave it out.", id="the host"),
        pytest.param({"headers": {"content-length": "1"}}, "the header content-length cannot be set here", id="a length"),
        pytest.param({"headers": {"ACCEPT-ENCODING": "br"}}, "the header ACCEPT-ENCODING cannot be set here", id="an encoding"),
        pytest.param({"headers": {"Transfer-Encoding": "chunked"}}, "the header Transfer-Encoding cannot", id="another encoding"),
        pytest.param({"headers": {"If-None-Match": "x"}}, "the header If-None-Match cannot", id="a condition"),
        pytest.param({"headers": {"Proxy-Authorization": "x"}}, "the header Proxy-Authorization cannot", id="a proxy's key"),
        pytest.param({"headers": {"X Key": "x"}}, "each of its names must be that of an HTTP header", id="no name of a header"),
        pytest.param({"headers": {"X-Key": "a\r\nX-Other: b"}}, "the value of X-Key must be ASCII of one line", id="a header in a header"),
        pytest.param({"headers": {"X-Key": "schlüssel"}}, "the value of X-Key must be ASCII", id="a letter no header holds"),
        pytest.param({"headers": {"X-Key": "a", "x-key": "b"}}, "it names a header twice", id="a header twice"),
        pytest.param({"headers": {"X-Number": "{number}"}}, "there is {api_key}.", id="the number in a header"),
        pytest.param({"api_key": "two words"}, "adapters.mycarrier.api_key: it holds a blank", id="a key with a blank"),
        pytest.param({"numbers": "[A-Z"}, "adapters.mycarrier.numbers: it must be a regular expression", id="a broken regular expression"),
        pytest.param({"numbers": "a{99999999999}"}, "adapters.mycarrier.numbers: it must be a regular", id="an endless one"),
        pytest.param({"numbers": "x" * 201}, "adapters.mycarrier.numbers: it must be a regular", id="a very long one"),
        pytest.param({"numbers": [1]}, "adapters.mycarrier.numbers: it must be a regular expression", id="a list for one"),
        pytest.param({"every": timedelta(0)}, "adapters.mycarrier.every: it must be a duration above zero.", id="all the time"),
        pytest.param({"spacing": 1}, "adapters.mycarrier.spacing: it must be a duration above zero.", id="a number for a duration"),
        pytest.param({"events": "a[?b"}, EXPRESSION + "it ends too early.", id="an expression without its end"),
        pytest.param({"events": "a..b"}, EXPRESSION + "character 3 cannot be understood.", id="an expression with a slip"),
        pytest.param({"events": "tracking-events"}, EXPRESSION + "character 9 cannot be understood.", id="a name that needs quotes"),
        pytest.param({"events": "("  * 900}, "adapters.mycarrier.events: it is n", id="endless parentheses"),
        pytest.param({"events": "x" * 1001}, "it must be a JMESPath expression of at most 1000 characters.", id="an endless name"),
        pytest.param({"events": " "}, "adapters.mycarrier.events: it is needed: a JMESPath expression that leads to the list of events.", id="no expression where one is needed"),
        pytest.param({"found": "lenght(parcel) > `0`"}, "adapters.mycarrier.found: it calls a function that JMESPath does not have; did you mean length?", id="a misspelt function"),
        pytest.param({"found": "qqq(parcel)"}, "adapters.mycarrier.found: it calls a function that JMESPath does not have.", id="a function like none"),
        pytest.param({"found": "contains(parcel)"}, "adapters.mycarrier.found: contains() in it needs 2 arguments.", id="a function with too little"),
        pytest.param({"found": "length(a, b)"}, "adapters.mycarrier.found: length() in it needs 1 argument.", id="a function with too much"),
        pytest.param({"text": "", "code": ""}, "adapters.mycarrier: it needs text or code, or its events would say nothing.", id="events that say nothing"),
        pytest.param({"time_format": "%Q"}, FORMAT, id="no directive"),
        pytest.param({"time_format": "%H:%M"}, FORMAT, id="no day"),
        pytest.param({"time_format": "%d.%m."}, FORMAT, id="no year"),
        pytest.param({"time_format": "%Y %Y"}, FORMAT, id="a directive twice"),
        pytest.param({"time_format": "%Y-%m-%"}, FORMAT, id="half a directive"),
        pytest.param({"time_format": "epochms"}, "did you mean epoch_ms?", id="a misspelt word"),
        pytest.param({"zone": "Europe/Pariss"}, "adapters.mycarrier.zone: it must be a time zone of the IANA database; did you mean Europe/Paris?", id="a misspelt zone"),
        pytest.param({"zone": "../../etc/passwd"}, "adapters.mycarrier.zone: it must be a time zone", id="a path for a zone"),
        pytest.param({"not_found": [401]}, STATUSES, id="a refused key"),
        pytest.param({"not_found": [200]}, STATUSES, id="success"),
        pytest.param({"not_found": [True]}, STATUSES, id="a truth value for a status"),
        pytest.param({"not_found": 404}, STATUSES, id="no list"),
        pytest.param({"not_found": "404, soon"}, STATUSES, id="a word for a status"),
        pytest.param({"page": "ftp://x/{numbers}"}, "adapters.mycarrier.page: it must be a web address, {numbers} where", id="no web address"),
        pytest.param({"page": "https://x.example/{number}"}, "adapters.mycarrier.page: it must be a web address, {numbers} where", id="a misspelt place in the page"),
        pytest.param({"official": "yes"}, "adapters.mycarrier.official: it must be true or false.", id="a word for a truth value"),
        pytest.param({"codes": {"H1": "clearance_exeption"}}, "adapters.mycarrier.codes: H1 must be given a stage; did you mean clearance_exception?", id="a misspelt stage"),
        pytest.param({"codes": {"H1": 5}}, "adapters.mycarrier.codes: H1 must be given a stage; stages are unknown, info_received,", id="a stage like none"),
        pytest.param({"codes": {"": "delivered"}}, "adapters.mycarrier.codes: each code must be text", id="an empty code"),
        pytest.param({"codes": ["H1"]}, "adapters.mycarrier.codes: it must be a table", id="a list for codes"),
        pytest.param({"name": "../mine"}, "adapters: an adapter's name is a letter and", id="a name that is a path"),
        pytest.param({"name": "hand"}, "and not hand.", id="the name of what the owner writes down"),
        pytest.param({"base_url": None}, "adapters.mycarrier.base_url: it must be an address", id="no address"),
    ],
)  # fmt: skip
def test_a_wrong_description_is_refused(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"path": "", "query": {"id": "{number}"}}, id="the number in the query alone"),
        pytest.param({"query": {"filter": '{"id":"{number}","deep":{"x":1}}'}}, id="JSON in the query"),
        pytest.param({"query": {"page": 1, "full": True}}, id="a number and a truth value"),
        pytest.param({"headers": {"Authorization": "Bearer {api_key}"}}, id="a key after a word"),
        pytest.param({"found": "parcel.state != `GONE` && parcel.ok == `true`"}, id="literals of both kinds"),
        pytest.param({"events": "merge(a, b, c).x || not_null(a, b)"}, id="functions with as much as one likes"),
        pytest.param({"time_format": "%Y%m%d%H%M%S", "not_found": "404,410"}, id="text for a list"),
        pytest.param({"numbers": r"(?i)[a-z]{2}\d{9}fr|\d{20}"}, id="two forms of numbers"),
        pytest.param({"page": "https://x.example/?a={numbers}&b=c"}, id="a page"),
    ],
)  # fmt: skip
def test_a_description_is_taken_with(changes: dict[str, Any]) -> None:
    assert described(**changes).capability.batch == 1


def test_values_come_out_in_one_form() -> None:
    found = described(query={"page": 1, "full": True}, not_found="410, 404", zone=" Europe/Paris ")
    assert dict(found.query) == {"page": "1", "full": "true"}
    assert (found.not_found, found.zone) == ((404, 410), "Europe/Paris")


def test_the_capability_is_as_described() -> None:
    page = "https://x.example/{numbers}"
    found = described(every=timedelta(hours=2), floor=timedelta(hours=3), page=page, official=False)
    capability = found.capability
    assert (capability.name, capability.official, capability.page) == ("mycarrier", False, page)
    assert (capability.every, capability.floor) == (timedelta(hours=3), timedelta(hours=3))
    assert (capability.batch, capability.spacing) == (1, 1.0)
    assert not any((capability.paid, capability.leads, capability.floor_binds))


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        pytest.param({}, True, id="in a header"),
        pytest.param({"headers": {}, "query": {"k": "{api_key}"}}, True, id="in the query"),
        pytest.param({"headers": {}}, False, id="nowhere"),
    ],
)
def test_a_key_is_needed_where_the_request_holds_one(changes: dict[str, Any], needed: bool) -> None:
    assert described(**changes).capability.needs_key is needed


@pytest.mark.parametrize(
    ("numbers", "number", "asked"),
    [
        (r"[A-Z]{2}\d{9}FR", "LX123456785FR", True),
        (r"[A-Z]{2}\d{9}FR", " LX123456785FR ", True),
        (r"[A-Z]{2}\d{9}FR", "XLX123456785FR", False),
        (r"[A-Z]{2}\d{9}FR", "LX123456785FRX", False),
        ("", "LX123456785FR", False),
        (".*", "", False),
        (".*", "9" * 50, True),
        (".*", "9" * 51, False),
    ],
)
def test_numbers_are_recognised_as_a_whole(numbers: str, number: str, asked: bool) -> None:
    assert described(numbers=numbers).recognise(number) is asked


def test_it_is_made_by_name_from_plain_options() -> None:
    made = ADAPTERS["http_json"](name="mine", base_url="http://127.0.0.1:8000")
    assert isinstance(made, HttpJson)
    assert made.capability.name == "mine"


def test_no_key_and_no_request_stands_in_the_repr() -> None:
    shown = repr(described(query={"k": "inline-secret"}, headers={"X": "inline-secret"}))
    assert KEY not in shown
    assert "inline-secret" not in shown


def test_the_help_says_every_option_once() -> None:
    lines = (HttpJson.__doc__ or "").splitlines()
    said = [line.split()[0] for line in lines[1:] if line.startswith("    ") and line.strip()]
    assert said == [option.name for option in dataclasses.fields(HttpJson)]


def taken_or_refused(text: str) -> str:
    """Nothing where the expression is taken, else why not."""
    try:
        paths.expression(text)
    except ValueError as refused:
        return str(refused)
    return ""


def mismatched(text: str, document: Any) -> str:
    """The option an answer does not fit, if it does not."""
    try:
        paths.search("events", text, document)
        paths.text("text", text, document)
    except paths.Mismatch as mismatch:
        return mismatch.option
    return ""


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab.[]*?()&|`'\"!<>=@,:{}-01 \\\u2603", max_size=24), st.booleans())
def test_any_text_is_an_expression_or_refused_in_a_sentence(text: str, called: bool) -> None:
    written = f"sort_by({text})" if called else text
    refused = taken_or_refused(written)
    assert refused == "" or refused.startswith("it ") or "() in it needs" in refused
    for document in () if refused else ({"a": [1, "x", None], "b": {}}, [[{"a": 1}]], "a", None):
        assert mismatched(written, document) in ("", "events", "text")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("numbers", "[A-Z]+\x1b]52;c;ZXZpbA==\x07"),
        ("time_format", "%Y-%m-%d\x1b[31m"),
        ("found", "'\u202e'"),
        ("page", "https://x.example/\x9b31m"),
    ],
)
def test_what_cannot_be_seen_is_no_part_of_an_option(option: str, value: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        described(**{option: value})
    assert str(refused.value).isprintable()
