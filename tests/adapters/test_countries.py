"""Countries are known by code and by the names that are in use for them, or not at all."""

from __future__ import annotations

import pytest

from monitor.adapters.countries import alpha2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("FR", "FR", id="a code"),
        pytest.param(" fr ", "FR", id="a code in small letters"),
        pytest.param("UK", "GB", id="a code that is none, and means one country"),
        pytest.param("XK", "XK", id="a code that posts use"),
        pytest.param("France", "FR", id="a name"),
        pytest.param("FRANCE", "FR", id="a name in capitals"),
        pytest.param("France,Lyon", "FR", id="a town behind"),
        pytest.param("Mainland China", "CN", id="as Cainiao calls it"),
        pytest.param("Hong Kong,China", "HK", id="two names, of which the first counts"),
        pytest.param("Taiwan, China", "TW", id="two names that belong together"),
        pytest.param("United Kingdom", "GB", id="a name the table has otherwise"),
        pytest.param("The Netherlands", "NL", id="an article"),
        pytest.param("Korea", "KR", id="the one of two that parcels go to"),
        pytest.param("Korea, Republic of", "KR", id="turned round"),
        pytest.param("Türkiye", "TR", id="a new name"),
        pytest.param("Turkey", "TR", id="an old name"),
        pytest.param("Reunion", "RE", id="without accents"),
        pytest.param("Côte d'Ivoire", "CI", id="another apostrophe"),
        pytest.param("Bosnia and Herzegovina", "BA", id="and"),
        pytest.param("Saint Lucia", "LC", id="saint"),
        pytest.param("Myanmar", "MM", id="without what stands in brackets"),
        pytest.param("Bangladesh", "BD", id="a plain name"),
    ],
)
def test_a_country_is_known(text: str, code: str) -> None:
    assert alpha2(text) == code


@pytest.mark.parametrize(
    "text", ["", " ", ",", "Atlantis", "Virgin Islands", "QQ", "12", "\x00", "China" * 50_000]
)
def test_what_is_not_certain_is_left_open(text: str) -> None:
    assert alpha2(text) == ""
