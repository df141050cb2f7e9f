"""Order pages, mails and notes as people paste them; numbers and people are made up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.intake.dates import nearest
from tests.intake.given import numbers, only, read, reasons

ALIEXPRESS = """AliExpress - My orders
Order ID: 8190231234567890   Copy
Order date: Nov 02, 2026
Example Audio Store
Wireless headset with noise cancelling, black
US $23.49 x1
Total: US $25.10
Shipped on Nov 05, 2026
Tracking number: LP00123456789012

Order ID: 8190231234567999
Order date: Nov 03, 2026

Blue kettle 1.7 l
€ 19,99

Tracking number: RR123456785CN
Contact seller: +86 755 1234 5678
"""

EBAY = """Deine Bestellung bei eBay
Bestellnummer: 12-34567-89012
Bestellt am 3. November 2026
Artikel: Kaffeemühle, 1 Stück
Gesamt 89,90 €
Verkäufer: muehlen-beispiel
Versandt am 05.11.2026 mit DHL
Sendungsnummer: 00340434292135100124
Fragen? Tel. 030/12345678
"""

AMAZON = """Pedido realizado el 21 de noviembre de 2026
Nº de pedido: 302-1234567-1234567
Producto: Lámpara de mesa
Importe total: 23,99 €
Número de seguimiento: 1Z999AA10123456784
Llámenos: 612 34 56 78
Entrega estimada: 11/12/2026
"""

TEMU = """Temu
Commande passée le 12 novembre 2026
Numéro de commande : PO-076-12345678901234567
Article : Coque de téléphone
Montant total : 7,48 €
Expédié le 15/11/2026
Numéro de suivi : YT2112345678901234
"""


def test_an_order_page_of_aliexpress_in_english_is_two_parcels_each_with_its_own_facts() -> None:
    headset, kettle = read(ALIEXPRESS).found
    assert (headset.number, dict(headset.facts)) == (
        "LP00123456789012",
        {
            "order_id": "8190231234567890", "shop": "aliexpress", "ordered": "2026-11-02",
            "shipped": "2026-11-05", "price": "25.10", "currency": "USD",
            "label": "Wireless headset with noise cancelling, black",
        },
    )  # fmt: skip
    assert (kettle.number, dict(kettle.facts)) == (
        "RR123456785CN",
        {
            "order_id": "8190231234567999", "shop": "aliexpress", "ordered": "2026-11-03",
            "price": "19.99", "currency": "EUR", "label": "Blue kettle 1.7 l",
        },
    )  # fmt: skip
    assert reasons(ALIEXPRESS) == {
        "8190231234567890": "order", "8190231234567999": "order", "+86 755 1234 5678": "phone",
    }  # fmt: skip


def test_a_mail_of_ebay_in_german_tells_all_but_its_telephone() -> None:
    found = only(EBAY)
    assert found.number == "00340434292135100124"
    assert dict(found.facts) == {
        "order_id": "12-34567-89012", "shop": "ebay", "ordered": "2026-11-03", "shipped": "2026-11-05",
        "price": "89.90", "currency": "EUR", "seller": "muehlen-beispiel", "label": "Kaffeemühle, 1 Stück",
    }  # fmt: skip
    assert reasons(EBAY)["030/12345678"] == "phone"


def test_an_order_of_amazon_in_spanish_is_told_by_its_number_and_a_date_of_two_meanings_is_said() -> (
    None
):
    found = only(AMAZON)
    assert found.number == "1Z999AA10123456784"
    assert dict(found.facts) == {
        "order_id": "302-1234567-1234567", "shop": "amazon", "ordered": "2026-11-21", "price": "23.99",
        "currency": "EUR", "label": "Lámpara de mesa",
    }  # fmt: skip
    assert found.remarks == ("expected 11/12/2026 could be two days; write it as 2026-09-02.",)


def test_an_order_of_temu_in_french() -> None:
    found = only(TEMU)
    assert found.number == "YT2112345678901234"
    assert dict(found.facts) == {
        "order_id": "PO-076-12345678901234567", "shop": "temu", "ordered": "2026-11-12",
        "shipped": "2026-11-15", "price": "7.48", "currency": "EUR", "label": "Coque de téléphone",
    }  # fmt: skip


def test_notes_with_a_parcel_a_line_keep_what_each_line_says_to_itself() -> None:
    kettle, lamp = read(
        "LP00123456789012 Blue kettle, shipped 2026-09-01\nDesk lamp - RR123456785CN - ordered 3 Sep 2026\n"
    ).found
    assert dict(kettle.facts) == {"label": "Blue kettle", "shipped": "2026-09-01"}
    assert dict(lamp.facts) == {"label": "Desk lamp", "ordered": "2026-09-03"}


def test_two_parcels_of_one_order_share_its_number_and_its_day_but_no_price() -> None:
    found = read(
        "Order number: 8190231234567890\nOrdered on 2026-09-01\nTotal: 30.00 EUR\n"
        "Package 1: LP00123456789012\nPackage 2: LP00123456789029\n"
    ).found
    assert [dict(each.facts) for each in found] == [
        {"order_id": "8190231234567890", "ordered": "2026-09-01"}
    ] * 2


def test_a_delivery_is_said_and_ends_nothing() -> None:
    found = only("LP00123456789012\nDelivered on 2026-09-20, thank you")
    assert "shipped" not in found.facts
    assert found.remarks == (
        "It was delivered on 2026-09-20, the text says. If so: parcels done NUMBER",
    )


def test_a_link_to_the_order_is_kept_and_one_to_the_item_is_not() -> None:
    page = "https://www.aliexpress.com/p/order/detail.html?orderId=8190231234567890"
    found = only(f"LP00123456789012\n{page}\nhttps://www.aliexpress.com/item/1005006123456789.html")
    assert dict(found.facts) == {"order_id": "8190231234567890", "shop": "aliexpress", "url": page}


@pytest.mark.parametrize(
    ("text", "shop"),
    [
        pytest.param("from ebay.de", "ebay", id="a domain"),
        pytest.param("https://www.etsy.com/your/purchases", "etsy", id="a link"),
        pytest.param("bought at Temu", "temu", id="a name"),
        pytest.param("mail from service@mail.aliexpress.com", "aliexpress", id="a sender"),
        pytest.param("we wish you a good day", None, id="a word that is a shop's name, too"),
        pytest.param("from wish.com", "wish", id="that shop by its domain"),
        pytest.param("ebay or amazon", None, id="two shops, and no guess"),
        pytest.param("notebay.de", None, id="a part of another domain"),
    ],
)  # fmt: skip
def test_a_shop_is_told_by_its_name_or_its_domain(text: str, shop: str | None) -> None:
    assert only(f"LP00123456789012\n{text}").facts.get("shop") == shop


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("2026-11-21", "2026-11-21", id="ISO"),
        pytest.param("2026/11/21", "2026-11-21", id="the year first, with slashes"),
        pytest.param("21 Nov 2026", "2026-11-21", id="day and month by name"),
        pytest.param("21st of November, 2026", "2026-11-21", id="with all that English adds"),
        pytest.param("Nov 21, 2026", "2026-11-21", id="the month first"),
        pytest.param("21. November 2026", "2026-11-21", id="German by name"),
        pytest.param("5. März 2026", "2026-03-05", id="German with an umlaut"),
        pytest.param("21.11.2026", "2026-11-21", id="German by digits"),
        pytest.param("03.04.2026", "2026-04-03", id="dots: the day comes first"),
        pytest.param("21 de noviembre de 2026", "2026-11-21", id="Spanish"),
        pytest.param("1er août 2026", "2026-08-01", id="French"),
        pytest.param("21/11/2026", "2026-11-21", id="slashes, where only one order can be"),
        pytest.param("11/21/2026", "2026-11-21", id="slashes the American way, where only that can be"),
        pytest.param("08/08/2026", "2026-08-08", id="slashes, where both say the same"),
        pytest.param("03/04/2026", None, id="slashes that could be two days"),
        pytest.param("31.02.2026", None, id="a day there is not"),
        pytest.param("21.11.26", None, id="a year of two digits"),
        pytest.param("21 Nov", None, id="no year"),
        pytest.param("1999-01-01", None, id="a year before there were such parcels"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written_and_never_guessed(written: str, day: str | None) -> None:
    assert only(f"LP00123456789012\nshipped {written}").facts.get("shipped") == day


SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        pytest.param("shipped on 5 Nov", {"shipped": "2026-11-05"}, id="the day first"),
        pytest.param("shipped 5 Nov 0171 2345678", {"shipped": "2026-11-05"}, id="a telephone is no year"),
        pytest.param("shipped 5 Nov 1999", {}, id="a year there was is one"),
        pytest.param("Shipped Nov. 5th, 14:30", {"shipped": "2026-11-05"}, id="the month first, with a time"),
        pytest.param("Verschickt am 5. November", {"shipped": "2026-11-05"}, id="in German"),
        pytest.param("Enviado el 5 de noviembre", {"shipped": "2026-11-05"}, id="in Spanish"),
        pytest.param("Expédié le 1er décembre", {"shipped": "2025-12-01"}, id="what has happened is past"),
        pytest.param("shipped on 23 Nov", {"shipped": "2026-11-23"}, id="a shop may be a day ahead of its customer"),
        pytest.param("shipped on 24 Nov", {"shipped": "2025-11-24"}, id="but not two"),
        pytest.param("Estimated delivery: Jan 4", {"expected": "2027-01-04"}, id="what is to come is the nearest"),
        pytest.param("Estimated delivery: Nov 20", {"expected": "2026-11-20"}, id="be it some days ago"),
        pytest.param("shipped 29 Feb", {"shipped": "2024-02-29"}, id="a day that not every year has"),
        pytest.param("shipped 31 June", {}, id="a day that no year has"),
        pytest.param("shipped 5 Nov 2025", {"shipped": "2025-11-05"}, id="a year that stands there is the year"),
        pytest.param("it may 5 times be seen", {}, id="no date where nothing is said to have happened"),
    ],
)  # fmt: skip
def test_a_date_without_a_year_is_the_nearest_that_can_be_meant(
    line: str, facts: dict[str, str]
) -> None:
    found = only(f"LP00123456789012\n{line}", today=SUNDAY).facts
    assert {name: found[name] for name in ("shipped", "expected") if name in found} == facts


@pytest.mark.parametrize(
    ("line", "last"),
    [
        pytest.param("Estimated delivery: Nov 20 - Dec 3", "2026-12-03", id="with a dash"),
        pytest.param("Estimated delivery Wed, Nov 26 \u2013 Mon, Dec 1", "2026-12-01", id="with days of the week"),
        pytest.param("Lieferung: 20. November bis 3. Dezember", "2026-12-03", id="in German"),
        pytest.param("Entrega entre el 20 de noviembre y el 3 de diciembre", "2026-12-03", id="in Spanish"),
        pytest.param("Livraison entre le 20 nov. et le 3 déc.", "2026-12-03", id="in French"),
        pytest.param("Arriving Dec 28 to Jan 5", "2027-01-05", id="over the turn of the year"),
        pytest.param("Estimated delivery: 2026-11-20 ~ 2026-12-03", "2026-12-03", id="with years"),
        pytest.param("Delivery: Nov 20-30", "2026-11-30", id="within a month that stands first"),
        pytest.param("Delivery: 20-30 Nov", "2026-11-30", id="within a month that stands last"),
        pytest.param("Expected: Nov 20, Nov 25", "2026-11-20", id="two days that are no span: the first"),
        pytest.param("Expected Nov 20 - shipped Nov 5", "2026-11-20", id="two days of two things"),
        pytest.param("Expected 2026-11-20/2026-11-30", "2026-11-30", id="as ISO 8601 has it"),
        pytest.param("Delivery: Nov 20 - 30", "2026-11-30", id="within a month, with blanks"),
        pytest.param("Delivery: Nov 20 - 30, 2026", "2026-11-30", id="within a month of a year"),
        pytest.param("Delivery Nov 24 - 2 pieces", "2026-11-24", id="a number of things is no day"),
        pytest.param("Delivery Nov 24 - 25 EUR", "2026-11-24", id="a sum is no day"),
        pytest.param("Delivery Nov 24 - 28 x kettle", "2026-11-24", id="so many times is no day"),
        pytest.param("Delivery Nov 24 - 3", "2026-11-24", id="no span goes back"),
        pytest.param("Lieferung: 20.11.2026-30.11.2026", "2026-11-30", id="with a hyphen and no blank"),
        pytest.param("Lieferung: 20.11.-30.11.2026", "2026-11-30", id="one year for both days"),
        pytest.param("Get it between Wed, Nov 26 and Mon, Dec 1", "2026-12-01", id="between two days"),
        pytest.param("Delivery Dec 28, 2024 - Jan 5", "2025-01-05", id="near the other day, not near today"),
    ],
)  # fmt: skip
def test_of_the_days_a_delivery_was_promised_for_the_last_counts(line: str, last: str) -> None:
    assert only(f"LP00123456789012\n{line}", today=SUNDAY).facts["expected"] == last


def test_that_the_last_day_of_a_span_counts_is_said_and_of_what_has_happened_the_first_does() -> (
    None
):
    expected = only("LP00123456789012\nExpected 2026-11-20 - 2026-12-03")
    assert expected.remarks == ("expected 2026-11-20 - 2026-12-03: the last day counts.",)
    shipped = only("LP00123456789012\nShipped 2026-11-02 - 2026-11-03")
    assert (shipped.facts, shipped.remarks) == ({"shipped": "2026-11-02"}, ())
    assert only("LP00123456789012\nShipped Nov 5-7, 2026").facts == {"shipped": "2026-11-05"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(
            "Nov 2 - Ordered - Nov 5 - Shipped - Dec 3 - Expected delivery",
            {"ordered": "2026-11-02", "shipped": "2026-11-05", "expected": "2026-12-03"},
            id="each date before its word, with dashes",
        ),
        pytest.param(
            "13/11/2026 - 03:04 ordered, 15/11/2026 shipped",
            {"ordered": "2026-11-13", "shipped": "2026-11-15"},
            id="with a time of day",
        ),
        pytest.param(
            "Ordered | Shipped\n21/11/2026 | 22/11/2026",
            {"ordered": "2026-11-21", "shipped": "2026-11-22"},
            id="columns with headings",
        ),
        pytest.param("Ordered, shipped\n21/11/2026", {}, id="a heading of two things says nothing of one day"),
        pytest.param(
            "Estimated delivery: Nov 28 - Dec 9\nCredit if not delivered, expected Dec 20",
            {"expected": "2026-12-09"},
            id="the first of two",
        ),
    ],
)  # fmt: skip
def test_of_several_dates_each_is_of_its_own_word(text: str, facts: dict[str, str]) -> None:
    assert dict(only(f"LP00123456789012\n{text}", today=SUNDAY).facts) == facts


def test_of_a_date_that_does_not_count_nothing_is_said() -> None:
    found = only("LP00123456789012\nExpected 2026-12-09\nExpected Dec 20", today=SUNDAY)
    assert (dict(found.facts), found.remarks) == ({"expected": "2026-12-09"}, ())


def test_what_calls_something_a_number_is_no_label() -> None:
    assert "label" not in only("Lieferverfolgungsnummer 00340434292135100124").facts


def test_a_date_is_no_label() -> None:
    found = only("LP00123456789012\nEstimated delivery: Nov 24 -\nDec 3", today=SUNDAY)
    assert "label" not in found.facts


ORDERS = ("8190231234567890", "8190231234567891")


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        pytest.param("Order {0}\n{a}\n\nOrder {1}\n{b}", ORDERS, id="each below its own"),
        pytest.param("Order {0}\n{a}\n{b}", ORDERS[:1] * 2, id="two parcels of one order"),
        pytest.param("Order {0}\nOrder {1}\n\n{a}\n{b}", (None, None), id="whose is whose nobody says"),
        pytest.param("Order {0}\n\nOrder {1}\n\n{a}", ORDERS[1:], id="one parcel below the second"),
    ],
)  # fmt: skip
def test_a_parcel_gets_the_number_of_its_own_order_or_none(
    text: str, orders: tuple[str | None, ...]
) -> None:
    a, b = "Tracking: LP00645520718349", "Tracking: LP00645520718377"
    found = read(text.format(*ORDERS, a=a, b=b)).found
    assert tuple(each.facts.get("order_id") for each in found) == orders


def test_that_a_year_was_added_is_said_and_without_a_day_none_is() -> None:
    text = "LP00123456789012\nshipped on 5 Nov"
    assert only(text, today=SUNDAY).remarks == (
        "shipped 5 Nov has no year; 2026 is meant, it seems.",
    )
    assert only(text).facts == {}
    assert only(text).remarks == ("shipped 5 Nov has no year; write it as 2026-09-02.",)


@given(
    st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.dates(date(2024, 1, 1), date(2024, 12, 31))
)
def test_what_has_happened_is_never_ahead_and_what_is_to_come_never_far(
    today: date, of_year: date
) -> None:
    said = (of_year.month, of_year.day)
    past, ahead = nearest(said, today, past=True), nearest(said, today, past=False)
    assert (past.month, past.day) == (ahead.month, ahead.day) == said
    assert past <= today + timedelta(days=1)
    assert abs(ahead - today) <= timedelta(days=4 * 366 if said == (2, 29) else 183)


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("Order placed", "ordered"), ("Bestellt am", "ordered"), ("Fecha del pedido:", "ordered"), ("Commandé le", "ordered"),
        ("Dispatched", "shipped"), ("Verschickt am", "shipped"), ("Enviado el", "shipped"), ("Expédié le", "shipped"),
        ("Paid on", "paid"), ("Bezahlt am", "paid"), ("Pagado el", "paid"), ("Payé le", "paid"),
        ("Estimated delivery:", "expected"), ("Voraussichtliche Lieferung:", "expected"), ("Entrega prevista:", "expected"),
        ("Livraison prévue le", "expected"), ("Buyer protection ends", "protected_until"), ("Käuferschutz bis", "protected_until"),
    ],
)  # fmt: skip
def test_the_word_before_a_date_says_what_happened_on_it(words: str, fact: str) -> None:
    assert only(f"LP00123456789012\n{words} 2026-09-01").facts == {fact: "2026-09-01"}
    assert only(f"LP00123456789012\n{words}\n2026-09-01").facts == {fact: "2026-09-01"}


def test_a_date_before_its_word_as_in_a_timeline() -> None:
    assert only("LP00123456789012\n2026-09-01 Shipped\n2026-08-30 Paid").facts == {
        "shipped": "2026-09-01",
        "paid": "2026-08-30",
    }


@pytest.mark.parametrize(
    ("written", "price", "currency"),
    [
        pytest.param("€23,99", "23.99", "EUR", id="a sign before, a comma"),
        pytest.param("23,99 €", "23.99", "EUR", id="a sign after"),
        pytest.param("EUR 23.99", "23.99", "EUR", id="a code"),
        pytest.param("1.234,50 €", "1234.50", "EUR", id="thousands with a point"),
        pytest.param("£1,234.50", "1234.50", "GBP", id="thousands with a comma"),
        pytest.param("US $12.34", "12.34", "USD", id="a dollar that says whose"),
        pytest.param("12 zł", "12", "PLN", id="no cents"),
        pytest.param("$12.34", "12.34", None, id="a dollar of nobody knows where"),
        pytest.param("1.234 €", None, None, id="a point that could be either"),
        pytest.param("23.99", None, None, id="no currency at all"),
    ],
)
def test_a_price_is_read_as_it_is_written_and_never_guessed(
    written: str, price: str | None, currency: str | None
) -> None:
    facts = only(f"LP00123456789012\n{written}").facts
    assert (facts.get("price"), facts.get("currency")) == (price, currency)


def test_of_several_sums_the_total_is_the_price() -> None:
    assert only("LP00123456789012\n€3,00\n€4,00\nTotal: €7,00").facts["price"] == "7.00"
    several = only("LP00123456789012\n€3,00\n€4,00")
    assert "price" not in several.facts
    assert several.remarks == (
        "Several sums stand there; give the one that was paid with --price.",
    )


@pytest.mark.parametrize(
    ("text", "price"),
    [
        pytest.param("Price: €15.90\nShipping: €4.20\nOrder total: €20.10", "20.10", id="English"),
        pytest.param("Prix : 15,90 EUR\nFrais de port : 4,20 EUR\nTotal de la commande 20,10 EUR", "20.10", id="French"),
        pytest.param("Preis 15,90 €\nVersand 4,20 €\nGesamt inkl. Versand: 20,10 €", "20.10", id="German"),
        pytest.param("Price: €15.90\nShipping: €4.20", "15.90", id="without a total, the price of the thing"),
    ],
)  # fmt: skip
def test_a_price_beside_a_total_is_that_of_the_thing_and_postage_is_none(
    text: str, price: str
) -> None:
    found = only(f"LP00123456789012\nMontre Example\n{text}")
    assert (found.facts["price"], found.facts["label"]) == (price, "Montre Example")
    assert found.remarks == ()


def test_between_the_title_and_its_price_may_stand_the_variant() -> None:
    found = only(
        "AliExpress\nExample TWS wireless earphones with noise reduction\nBlack, LP40 PRO\n"
        "€12.49 x2\nTotal: €24.98\nTracking number: LP00123456789012\n"
    )
    assert found.facts["label"] == "Example TWS wireless earphones with noise reduction"


def test_an_order_number_in_a_column_of_numbers_is_of_none_of_them() -> None:
    """A shop guessed from it would give every parcel that shop's deadlines."""
    found = read("LP00123456789012\nRR123456785CN\n305-1234567-7654321\n+49 171 2345678\n").found
    assert [dict(each.facts) for each in found] == [{}, {}]


def test_a_line_of_any_length_is_read_in_parts() -> None:
    assert numbers("word " * 100_000 + "LP00123456789012 " + "word " * 100_000) == [
        "LP00123456789012"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-04 Package received by carrier",
        "Zahlung erhalten 04.11.2026",
        "Pago recibido 04.11.2026",
        "Colis reçu par le transporteur 04.11.2026",
    ],
)
def test_what_a_carrier_or_a_shop_received_is_not_delivered(line: str) -> None:
    found = only(f"Tracking number: LP00645520718349\n{line}\n")
    assert found.remarks == ()


def test_a_number_that_stands_there_a_thousand_times_is_one_parcel_with_what_its_places_tell() -> (
    None
):
    again = "LP00123456789012 is on its way\n" * 1_000
    found = only(f"Order at aliexpress.com\nLP00123456789012 shipped 2026-09-01\n{again}")
    assert (found.facts["shop"], found.facts["shipped"]) == ("aliexpress", "2026-09-01")


def test_a_link_is_one_however_it_is_written() -> None:
    page = "Www.example.com/track?nums=LP00123456789012"
    assert numbers(f"see {page}") == numbers(f"see {page.lower()}") == ["LP00123456789012"]
