"""CSV and JSON: what is read of them, and what is refused with its place."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, strategies as st

from monitor.errors import BadInput
from monitor.intake import columns
from monitor.intake.values import BYTES_LIMIT, ROWS_LIMIT
from tests.intake.given import only, read

KETTLE = "LP00123456789012"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"number,label\n{KETTLE},Kettle\n", id="commas"),
        pytest.param(f"number;label\n{KETTLE};Kettle\n", id="semicolons"),
        pytest.param(f"number\tlabel\n{KETTLE}\tKettle\n", id="tabs"),
        pytest.param(f"\ufeffnumber,label\r\n{KETTLE},Kettle\r\n", id="a mark at its beginning, and line ends of Windows"),
        pytest.param(f"\n\nnumber,label\n\n{KETTLE},Kettle\n\n,\n", id="empty lines"),
        pytest.param(f'"number","label"\n"{KETTLE}","Kettle"\n', id="quotes everywhere"),
        pytest.param(f"sep=;\r\nnumber;label\r\n{KETTLE};Kettle\r\n", id="a line that tells spreadsheets the delimiter"),
        pytest.param(f"Number,LABEL\n{KETTLE},Kettle\n", id="capitals"),
        pytest.param(f"Tracking number,Item\n{KETTLE},Kettle\n", id="other words for the columns"),
        pytest.param(f"--number,--label\n{KETTLE},Kettle\n", id="the options themselves"),
        pytest.param(f"label,number,\nKettle,{KETTLE}\n", id="an unnamed column, and a row that ends before it"),
        pytest.param(json.dumps([{"number": KETTLE, "label": "Kettle"}]), id="JSON"),
        pytest.param(json.dumps({"number": KETTLE, "label": "Kettle"}), id="one object alone"),
        pytest.param(json.dumps({"parcels": [{"Tracking-Number": KETTLE, "label": "Kettle", "shop": None}]}), id="JSON with null"),
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_is_written(text: str) -> None:
    understood = read(text)
    assert (understood.faults, understood.notes) == ((), ())
    (found,) = understood.found
    assert (found.number, dict(found.facts)) == (KETTLE, {"label": "Kettle"})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param("number,label\nLP00123456789012,Käse\n".encode("utf-8-sig"), (), id="UTF-8 with its mark"),
        pytest.param("number,label\nLP00123456789012,Käse\n".encode("utf-16"), ("Read as UTF-16.",), id="UTF-16 with its mark"),
        pytest.param("number,label\nLP00123456789012,Käse\n".encode("utf-16-be"), ("Read as UTF-16.",), id="UTF-16 without one"),
        pytest.param("number,label\nLP00123456789012,Käse\n".encode("cp1252"), ("Read as Windows-1252.",), id="Windows-1252"),
    ],
)  # fmt: skip
def test_the_encoding_is_found_out_and_said(data: bytes, said: tuple[str, ...]) -> None:
    understood = read(data)
    assert understood.notes == said
    assert understood.found[0].facts == {"label": "Käse"}


@pytest.mark.parametrize(
    ("heading", "cell", "facts"),
    [
        pytest.param("shipped", "01.11.2026", {"shipped": "2026-11-01"}, id="a day with dots"),
        pytest.param("ordered", "3 Nov 2026", {"ordered": "2026-11-03"}, id="a day with its month as a word"),
        pytest.param("shipped", "3d", {"shipped": "3d"}, id="a day as add takes it"),
        pytest.param("shipped", "11/12/2026", {"shipped": "11/12/2026"}, id="what could be two days is left to be refused"),
        pytest.param("price", "1.234,50", {"price": "1234.50"}, id="a sum with points between thousands"),
        pytest.param("price", "1,234.50", {"price": "1234.50"}, id="a sum with commas between thousands"),
        pytest.param("price", "89,90 €", {"price": "89.90", "currency": "EUR"}, id="a sum with its currency"),
        pytest.param("price", "$45.60", {"price": "45.60"}, id="the money of several countries"),
        pytest.param("price", "1.5", {"price": "1.5"}, id="a plain sum stays as it is"),
        pytest.param("currency", "€", {"currency": "EUR"}, id="the sign of a currency"),
        pytest.param("label", "01.11.2026", {"label": "01.11.2026"}, id="a label is no day"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_spreadsheets_of_several_countries_write_it(
    heading: str, cell: str, facts: dict[str, str]
) -> None:
    (found,) = read(f"number\t{heading}\n{KETTLE}\t{cell}\n", name="orders.tsv").found
    assert found.facts == facts


@pytest.mark.parametrize(
    "spelling", ["Paid-With", "paid with", "PAID_WITH", " paid  with ", "paidwith"]
)
def test_names_of_columns_are_taken_in_any_spelling_but_a_slip_is_a_fault(spelling: str) -> None:
    understood = read(f"number,{spelling}\n{KETTLE},visa\n")
    if spelling == "paidwith":
        assert [str(f) for f in understood.faults] == [
            "line 1, column paidwith: there is no such column; did you mean paid_with?"
        ]
    else:
        assert understood.found[0].facts == {"paid_with": "visa"}


def test_every_option_of_add_is_a_column() -> None:
    from monitor.cli.facts import _OPTIONS
    from monitor.cli.watching import add_command

    options = {str(p.name): p.opts[0] for p in add_command.params if p.opts[0].startswith("--")}
    facts = {name: option for name, option in options.items() if name not in ("yes", "as_json")}
    assert len(facts) == len(_OPTIONS)
    for fact, option in facts.items():
        assert columns.COLUMNS[columns.column(option)] == fact


@pytest.mark.parametrize(
    "names",
    [
        pytest.param("Sendungsnummer;Artikel;Bestellt am;Versandt;Gesamtbetrag;Währung", id="German"),
        pytest.param("Número de seguimiento;Artículo;Fecha del pedido;Enviado;Total;Moneda", id="Spanish"),
        pytest.param("Numéro de suivi;Produit;Date de commande;Expédié le;Montant total;Devise", id="French"),
        pytest.param("tracking code;Item;Order date;Ship date;Order total;currency", id="English"),
    ],
)  # fmt: skip
def test_the_words_of_orders_are_columns_too(names: str) -> None:
    row = f"{KETTLE};Kettle;01.11.2026;02.11.2026;12,34;EUR"
    assert only(f"{names}\n{row}\n").facts == {
        "label": "Kettle", "ordered": "2026-11-01", "shipped": "2026-11-02", "price": "12.34", "currency": "EUR",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        pytest.param(["number", "Sendung"], ["number", ""], id="a column by its own name comes first"),
        pytest.param(["Preis", "Gesamt"], ["", "price"], id="a total outranks a price"),
        pytest.param(["Sendung", "Paketnummer"], ["", ""], id="of two alike none is meant"),
        pytest.param(["Geliefert", "Kundennummer"], ["", ""], id="words of what no column holds"),
    ],
)  # fmt: skip
def test_a_word_names_a_column_where_it_alone_can_be_meant(
    names: list[str], meant: list[str]
) -> None:
    assert columns.meant(names) == meant


def test_columns_that_say_nothing_of_a_parcel_are_named() -> None:
    understood = read(f"number,colour,warehouse\n{KETTLE},blue,7\n")
    assert understood.notes == ("Not read, since no fact of a parcel: colour, warehouse.",)
    assert understood.faults == ()


STRANGE = [f"{letter * 30} {'colour' * 20}" for letter in string.ascii_lowercase]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"number,{','.join(STRANGE)}\n{KETTLE}", id="CSV"),
        pytest.param(json.dumps([{"number": KETTLE, name: 1} for name in STRANGE]), id="JSON"),
    ],
)
def test_of_very_many_such_columns_some_are_named(text: str) -> None:
    (note,) = read(text).notes
    assert note.endswith("and 6 more.")
    assert len(note) < 1_000


def test_a_table_without_numbers_names_some_of_its_columns() -> None:
    with pytest.raises(BadInput, match=r"Its columns: label, .* and 7 more") as refused:
        read(f"label,{','.join(STRANGE)}\nKettle", kind="csv")
    assert len(str(refused.value)) < 1_200


def test_a_price_with_a_digit_that_is_no_number_stays_as_it_is_to_be_refused() -> None:
    assert only(f"number,price\n{KETTLE},123²\n").facts == {"price": "123²"}


def test_a_cell_holds_several_deadlines_sources_and_extras() -> None:
    found = only(
        "number;cover;adapter;extra\n"
        f'{KETTLE};"insurance=2026-12-31; paypal=2027-01-05";"cainiao; seventeentrack";"postcode=10115; note=a\\; b"\n'
    )
    assert found.facts == {
        "covers": ("insurance=2026-12-31", "paypal=2027-01-05"),
        "adapters": ("cainiao", "seventeentrack"),
        "extra": ("postcode=10115", "note=a; b"),
    }


def test_the_same_number_twice_is_one_parcel_and_the_later_row_completes_it() -> None:
    found = only(f"number,label,shop\n{KETTLE},Kettle,temu\nlp 00123456789012,Blue kettle,\n")
    assert found.facts == {"label": "Blue kettle", "shop": "temu"}
    assert found.remarks == ("It stands there twice; the later place completes the earlier one.",)


def test_one_column_of_numbers_needs_no_heading_and_a_wrong_digit_is_a_warning_there() -> None:
    understood = read(f"{KETTLE}\nRR123456789CN\n", name="mine.csv")
    assert [f.number for f in understood.found] == [KETTLE, "RR123456789CN"]
    assert understood.found[1].remarks == (
        "The check digit does not fit (expected 5); compare it again.",
    )


def test_a_cell_over_several_lines_does_not_confuse_the_count_of_lines() -> None:
    understood = read(f'number,label\n{KETTLE},"a\nb\nc"\nx y!,d\n')
    assert [(f.line, f.column) for f in understood.faults] == [(5, "number")]
    assert understood.found[0].line == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("number,label\nx,y\n", "line 2, column number", id="no number"),
        pytest.param("number;label\n1,2345E+15;y\n", "line 2, column number: a spreadsheet has rounded it", id="a number that a spreadsheet rounded"),
        pytest.param("number,label\n,y\n", "A tracking number is missing", id="a row without its number"),
        pytest.param("number,label\nLP00123456789012,a,b\n", "line 2: the line has 3 cells, and the heading 2.", id="a cell too many"),
        pytest.param("number,label,label\nLP00123456789012,a,b\n", "line 1, column label: the column stands there twice.", id="a column twice"),
        pytest.param("number,shiped\nLP00123456789012,3d\n", "did you mean shipped?", id="a slip in a heading"),
        pytest.param(f"number,label\nLP00123456789012,{'x' * 3000}\n", "longer than 2,000", id="a cell without end"),
        pytest.param('[{"number": "LP00123456789012", "labl": "x"}]', "did you mean label?", id="a slip in a key"),
        pytest.param('[{"number": "LP00123456789012", "label": ["x"]}]', "column label: the value must be text", id="a list where text belongs"),
        pytest.param('[{"number": true}]', "the value must be text", id="a truth value"),
        pytest.param('[{"number": "LP00123456789012"}, null]', "this entry is no parcel", id="no object"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    assert any(said in str(fault) for fault in read(text).faults)


def test_all_faults_are_told_at_once() -> None:
    assert [f.line for f in read("number\nx\nLP00123456789012\ny\n", kind="csv").faults] == [2, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("label,shop\nKettle,temu\n", "no column of tracking numbers", id="no column of numbers"),
        pytest.param("LP00123456789012,Kettle\n", "no heading", id="several columns and no heading"),
        pytest.param('number,label\nLP00123456789012,"Kettle\n', "Line 2 cannot be read as CSV", id="a quote that is not closed"),
        pytest.param('number,label\nLP00123456789012,"Ket"tle\n', "Line 2 cannot be read as CSV", id="a quote in the middle"),
        pytest.param("number\n" + "LP00123456789012\n" * (ROWS_LIMIT + 1), "more than 10,000", id="too many rows"),
        pytest.param("number\nLP001\0", "NUL", id="a NUL byte"),
        pytest.param(b"PK\x03\x04\x14\0", "This is a workbook or an archive: open it, and save the table as CSV.", id="a workbook"),
        pytest.param(b"%PDF-1.7\n\x81", "This is a PDF: open it, copy its text, and paste it: parcels import -", id="a PDF"),
        pytest.param(b"\x89PNG\r\n", "This is a picture", id="a picture"),
        pytest.param(b"number\n\x81\x8d", "cannot be read as UTF-8 or Windows-1252", id="bytes of no encoding"),
        pytest.param(b"\xff\xfen\x00\x00\xd8", "cannot be read as UTF-16", id="half a character"),
        pytest.param(b"x" * (BYTES_LIMIT + 1), "larger than 10 MiB", id="too large"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_the_reason(text: str | bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(text, kind="csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('[{"number": ', "Line 1 is not JSON", id="cut off"),
        pytest.param('{"a": 1}', "no array of parcels", id="another object"),
        pytest.param("[" * 1_000_000, "nested 1000000 deep", id="nested without end"),
        pytest.param("[NaN]", "not JSON", id="no number"),
        pytest.param("[" + "1," * ROWS_LIMIT + "1]", "more than 10,000", id="too many"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(text, kind="json")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"Tracking number:\n{KETTLE}\nTel. +49 30 1234567", id="a heading with a colon"
        ),
        pytest.param(f"Tracking number\n{KETTLE}\nhas left", id="a heading, and words below it"),
    ],
)
def test_a_mail_that_begins_as_a_table_could_is_text(text: str) -> None:
    understood = read(text)
    assert (understood.kind, [f.number for f in understood.found]) == ("text", [KETTLE])


def test_text_that_begins_with_a_bracket_is_text() -> None:
    assert read("[Shop] your parcel LP00123456789012 has left").kind == "text"


@given(st.text(max_size=40) | st.text("' =+-@\t\n\uff1d1", max_size=8))
def test_a_guarded_cell_is_no_formula_and_is_given_back(cell: str) -> None:
    guarded = columns.guarded(cell)
    assert not guarded.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    assert columns.unguarded(guarded) == cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("+49 30", "'+49 30", id="a plus"),
        pytest.param("-2", "'-2", id="a minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="an at"),
        pytest.param("\t=1", "'\t=1", id="a tab"),
        pytest.param("\r=1", "'\r=1", id="a carriage return"),
        pytest.param("\n=1", "'\n=1", id="a new line"),
        pytest.param("  =1", "'  =1", id="a formula behind blanks"),
        pytest.param("\uff1d1", "'\uff1d1", id="a wide equals sign"),
        pytest.param("1=1", "1=1", id="an equals sign within"),
        pytest.param("'=1", "''=1", id="an apostrophe of its own, which is to be told from ours"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_no_cell_is_computed(cell: str, written: str) -> None:
    assert columns.guarded(cell) == written


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip).filter(bool)))
def test_several_values_in_a_cell_are_given_back(values: list[str]) -> None:
    assert columns.parted(columns.joined(values)) == tuple(values)


@given(st.binary(max_size=200), st.sampled_from(["", "csv", "json", "text", "numbers"]))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes, kind: str) -> None:
    said = ""
    try:
        read(data, kind=kind)
    except BadInput as refusal:
        said = str(refusal)
    assert said.isprintable()
