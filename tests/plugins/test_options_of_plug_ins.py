"""The options of a plug-in are read, refused, masked and kept secret like those of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadConfiguration
from monitor.settings import load
from tests.plugins.packages import ADAPTER

if TYPE_CHECKING:
    from tests.cli.desk import Desk
    from tests.plugins.packages import Site

SECRET = "sentinel0token0that0must0not0show"


@pytest.fixture(autouse=True)
def _installed(site: Site) -> None:
    site.adapter("made")
    site.rule("ours")


def config(desk: Desk) -> dict[str, tuple[str, str]]:
    """Value and origin of every option."""
    rows = desk("config", "--json").json
    return {row["path"]: (row["value"], row["origin"]) for row in rows}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("[adapters.made]\nenabled = true\nbtach = 3", "Unknown option adapters.made.btach ({file}); did you mean adapters.made.batch?", id="a slip"),
        pytest.param("[adapters.made]\nenabled = true\napi_tokn_file = 'x'", "did you mean adapters.made.api_token_file?", id="a slip in the name of a file"),
        pytest.param("[adapters.made]\nenabled = true\nzzz = 3", "; options there are api_token, api_token_file, base_url, batch, enabled, pause.", id="something else"),
        pytest.param("[adapters.made]\nenabled = true\nbatch = 'many'", "adapters.made.batch ({file}): it must be a whole number from 0 to 100000.", id="another type"),
        pytest.param("[adapters.made]\nenabled = true\npause = 'soon'", "adapters.made.pause ({file}): it must be a duration", id="no duration"),
        pytest.param("[adapters.made]\nenabled = true\nbase_url = 'http://example.org'", "adapters.made.base_url ({file}): http:// is allowed only to this machine", id="a key in the open"),
        pytest.param("[adapters.made]\nenabled = 'perhaps'", "adapters.made.enabled ({file}): it must be true or false.", id="neither on nor off"),
        pytest.param("[adapters.mad]\nenabled = true", "Unknown adapter adapters.mad ({file}); did you mean adapters.made?", id="a slip in the name of an adapter"),
        pytest.param("[rules.ours]\nenabled = true\ndyas = 3", "Unknown option rules.ours.dyas ({file}); did you mean rules.ours.days?", id="a slip in a rule"),
        pytest.param("[rules.our]\nenabled = true", "Unknown rule rules.our ({file}); did you mean rules.ours?", id="a slip in the name of a rule"),
    ],
)  # fmt: skip
def test_what_the_owner_mistook_is_refused_with_what_was_meant(
    desk: Desk, text: str, sentence: str
) -> None:
    file = desk.configure(text)
    with pytest.raises(BadConfiguration) as refusal:
        load(file, {"HOME": str(desk.folder)})
    assert sentence.replace("{file}", str(file)) in str(refusal.value)


def test_the_values_and_defaults_are_shown_with_their_origin(desk: Desk) -> None:
    file = desk.configure(
        "[adapters.made]\nenabled = true\nbatch = 3\n[rules.ours]\nenabled = true\ndays = 2\n"
    )
    found = config(desk)
    assert found["adapters.made.enabled"] == ("true", str(file))
    assert found["adapters.made.batch"] == ("3", str(file))
    assert found["adapters.made.pause"] == ('"1h"', "default")
    assert found["rules.ours.days"] == ("2", str(file))


def by_file(desk: Desk) -> None:
    desk.configure(f"[adapters.made]\nenabled = true\napi_token = '{SECRET}'\n")


def by_file_of_its_own(desk: Desk) -> None:
    path = desk.folder / "token"
    path.write_text(SECRET)
    path.chmod(0o600)
    desk.configure(f"[adapters.made]\nenabled = true\napi_token_file = '{path}'\n")


def by_environment(desk: Desk) -> None:
    desk.environ["PARCELS_ADAPTERS__MADE__API_TOKEN"] = SECRET
    desk.environ["PARCELS_ADAPTERS__MADE__ENABLED"] = "true"


def by_credential(desk: Desk) -> None:
    folder = desk.folder / "credentials"
    folder.mkdir()
    (folder / "adapters__made__api_token").write_text(SECRET)
    desk.environ["CREDENTIALS_DIRECTORY"] = str(folder)
    desk.configure("[adapters.made]\nenabled = true\n")


WAYS = [
    pytest.param(by_file, id="in the configuration"),
    pytest.param(by_file_of_its_own, id="in a file of its own"),
    pytest.param(by_environment, id="in the environment"),
    pytest.param(by_credential, id="as a credential"),
]


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_arrives_by_every_way_and_is_shown_by_none(desk: Desk, way: object) -> None:
    way(desk)  # type: ignore[operator]

    shown = desk("config")

    assert config(desk)["adapters.made.api_token"][0] == "**********"
    for ran in (shown, desk("adapters"), desk("doctor"), desk("poll")):
        assert SECRET not in ran.out + ran.err
    assert "key      given" in desk("adapters").out.partition("made:")[2]


def test_a_secret_is_among_those_no_log_may_show(desk: Desk, site: Site) -> None:
    for enabled in ("true", "false"):
        file = desk.configure(f"[adapters.made]\nenabled = {enabled}\napi_token = '{SECRET}'\n")
        settings = load(file, {"HOME": str(desk.folder)})
        assert SECRET in settings.secrets()
        assert SECRET not in repr(settings) + repr(settings.plugged)


def test_a_file_with_a_secret_of_a_plug_in_must_be_private(desk: Desk) -> None:
    desk.configure(f"[adapters.made]\nenabled = true\napi_token = '{SECRET}'\n", mode=0o644)
    ran = desk("list")
    assert ran.code == 78
    assert "others may read" in ran.err


def test_a_secret_given_twice_in_one_place_is_refused(desk: Desk) -> None:
    desk.configure(
        f"[adapters.made]\nenabled = true\napi_token = '{SECRET}'\napi_token_file = 'token'\n"
    )
    ran = desk("list")
    assert ran.code == 78
    assert "adapters.made has both api_token and api_token_file; give one of them." in ran.err


def test_an_adapter_that_needs_a_key_is_off_until_it_has_one(site: Site, desk: Desk) -> None:
    site.adapter("locked", ADAPTER.replace("True, False, self.batch", "True, True, self.batch"))
    desk.configure("[adapters.locked]\nenabled = true\n")

    shown = desk("adapters").out.partition("locked:")[2]

    assert shown.startswith(" off, official\n  off      needs a key\n")
    assert "on with adapters.locked.api_token (or api_token_file)" in shown


def test_what_a_constructor_says_holds_no_secret(site: Site, desk: Desk) -> None:
    site.adapter(
        "loose",
        ADAPTER
        + "    def __post_init__(self):\n        raise ValueError(f'bad {self.api_token}')\n",
    )
    desk.configure(f"[adapters.loose]\nenabled = true\napi_token = '{SECRET}'\n")

    found = desk("doctor").out

    assert "it cannot be made (ValueError: bad ***)" in found
    assert SECRET not in found
