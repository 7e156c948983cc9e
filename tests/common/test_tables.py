"""Tables from CSV and XLSX: what offices have, what goes wrong, and the way there and back."""

from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kit_portal.common.tables import (
    Sheet,
    read_sheets,
    read_table,
    write_csv,
    write_sheets,
    write_xlsx,
)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


TEXT = "Name;Ort\nMüller;Flensburg\nŁukasz;Plön\n"


def read(content, name="liste.csv", **limits):
    return read_table(BytesIO(content), name=name, **limits)


def values(table):
    return [[cell.value for cell in row.cells.values()] for row in table]


def faults(table):
    return [(fault.place, fault.message) for fault in table.errors]


def workbook(*rows, **cells):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, value in cells.items():
        book.active[place] = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_unicode_encoding(encoding):
    table = read(TEXT.encode(encoding))

    assert table.errors == []
    assert table.headers == ["Name", "Ort"]
    assert values(table) == [["Müller", "Flensburg"], ["Łukasz", "Plön"]]


def test_csv_of_an_old_windows_program_is_read():
    table = read("Name;Ort\r\nMüller – „KIT“;Plön\r\n".encode("cp1252"))

    assert values(table) == [["Müller – „KIT“", "Plön"]]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_with_every_separator(separator):
    table = read(f'Name{separator}Ort\n"Muster{separator} Anna"{separator}Plön\n'.encode())

    assert values(table) == [[f"Muster{separator} Anna", "Plön"]]


def test_csv_knows_the_place_of_each_cell():
    table = read(b"A;B;C\n1;2;3\n\n4;5;6\n")

    assert [row.number for row in table] == [2, 4]
    assert table.rows[1]["C"].place == "C4"
    assert table.rows[1]["C"].text == "6"


def test_csv_with_mixed_separators_names_the_row():
    table = read(b"A;B;C\n1;2;3\n4,5,6\n")

    assert [place for place, _message in faults(table)] == ["3"]
    assert "semicolons, commas or tabs" in table.errors[0].remedy


def test_csv_whose_headings_are_mixed_is_refused():
    assert [place for place, _message in faults(read(b"A;B,C\n1;2;3\n"))] == ["1"]


def test_csv_with_a_comma_in_a_text_is_not_mixed():
    assert values(read(b"A;B\n1,5;2\n")) == [["1,5", "2"]]


def test_csv_with_a_lost_quotation_mark_names_the_row():
    assert [place for place, _message in faults(read(b'A;B\n1;2\n"3"x;4\n'))] == ["3"]


def test_csv_of_one_column_needs_no_separator():
    assert values(read(b"E-Mail\na@example.org\nb@example.org\n")) == [
        ["a@example.org"],
        ["b@example.org"],
    ]


def test_cell_right_of_the_headings_is_a_fault():
    assert faults(read(b"A;B\n1;2;3\n")) == [("C2", "This cell is in a column without a heading.")]


def test_missing_cells_at_the_end_are_empty():
    assert values(read(b"A;B\n1\n")) == [["1", ""]]


@pytest.mark.parametrize(("head", "place"), [(b"A;A;B", "B1"), (b"A;;B", "B1")])
def test_headings_must_be_there_and_differ(head, place):
    assert [found for found, _message in faults(read(head + b"\n1;2;3\n"))] == [place]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\r\n \r\n", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "This is an old or a protected workbook."),
        (b"PK\x03\x04 but no archive", "This workbook cannot be read."),
        (b"A;B\n\x81;2\n", "This is no table that can be read."),
        (b"A;B\n1;\x002\n", "This is no table that can be read."),
        (b"x" * 30, "The file is larger than 0 MB."),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(content, message):
    table = read(content, max_bytes=25)

    assert faults(table) == [("", message)]
    assert table.errors[0].remedy
    assert table.rows == []


def test_too_many_rows_are_refused():
    assert faults(read(b"A\n1\n2\n3\n", max_rows=2)) == [("", "The table has more than 2 rows.")]


def test_workbook_gives_numbers_and_dates_as_such():
    day = date(2026, 11, 25)
    moment = datetime.combine(day, time(9, 30))

    table = read(workbook(["Zahl", "Tag", "Zeit", "Ja", "Text"], [3.5, day, moment, True, "x"]))

    assert values(table) == [[3.5, day, moment, True, "x"]]
    assert table.rows[0]["Tag"].place == "B2"


def test_workbook_refuses_a_formula_and_names_its_place():
    table = read(workbook(["A", "B"], [1, "=A2*2"]))

    assert faults(table) == [("B2", "This cell contains a formula.")]


def test_workbook_refuses_a_cell_with_an_error():
    assert faults(read(workbook(["A"], ["#REF!"]))) == [("A2", "This cell shows an error.")]


def test_workbook_passes_over_empty_rows_and_columns():
    table = read(workbook(["A", "B"], [None, None], [1, None], Z9=None))

    assert values(table) == [[1, ""]]
    assert table.rows[0].number == 3


def repacked(content, **changed):
    """The workbook with parts added or replaced."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changed:
                new.writestr(part, old.read(part))
        for name, data in changed.items():
            new.writestr(name, data)
    return file.getvalue()


def test_workbook_with_macros_is_refused():
    content = repacked(workbook(["A"], [1]), **{"xl/vbaProject.bin": b"x"})

    assert faults(read(content, "liste.xlsm")) == [("", "This workbook contains macros.")]


def test_workbook_that_grows_when_unpacked_is_refused_unread():
    content = repacked(workbook(["A"], [1]), **{"xl/worksheets/sheet1.xml": b" " * 70_000_000})

    assert len(content) < 100_000
    assert faults(read(content)) == [("", "The file is too large when it is unpacked.")]


def test_workbook_with_entities_is_refused():
    bomb = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
        <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
        <sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>
        </worksheet>"""
    content = repacked(workbook(["A"], [1]), **{"xl/worksheets/sheet1.xml": bomb})

    assert faults(read(content)) == [("", "This workbook cannot be read.")]


def test_csv_is_harmless_to_a_spreadsheet():
    written = write_csv(["A"], [["=1+1"], ["+49 461"], ["-x"], ["@SUM"], ["\tx"], [-5]])

    assert written.decode("utf-8-sig").splitlines() == [
        *("A", "'=1+1", "'+49 461", "'-x", "'@SUM", "'\tx", "-5"),
    ]


def test_workbook_keeps_formulas_as_text():
    written = write_xlsx(["A"], [["=1+1"], ["#REF!"]])

    sheet = load_workbook(BytesIO(written)).active
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [
        ("=1+1", "s"),
        ("#REF!", "s"),
    ]


LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
TRICKY = st.builds(
    "{}{}".format, st.sampled_from(["", "'", "''", "=", "'=", "''-", "\t", ";", '"', "+"]), LETTERS
)
# Workbooks are XML, which knows few control characters and one kind of line end.
PRINTABLE = TRICKY.filter(lambda text: "\r" not in text and _is_printable(text))


def _is_printable(text):
    return all(letter in "\n\t" or ord(letter) >= 32 for letter in text) and not (
        set(text) & set("\ufffe\uffff")
    )


def tables(texts):
    """Rows of two cells, none quite empty: those are passed over."""
    row = st.tuples(texts, texts).filter(lambda cells: any(cell.strip() for cell in cells))
    return st.lists(row.map(list), max_size=5)


@given(tables(TRICKY))
@settings(max_examples=200)
def test_csv_there_and_back_loses_nothing(rows):
    table = read(write_csv(["A", "B"], rows))

    assert table.errors == []
    assert values(table) == rows


NUMBERS = st.integers(-(2**50), 2**50) | st.floats(-1e9, 1e9).map(lambda number: round(number, 6))
DAYS = st.dates(date(1901, 1, 1), date(2100, 1, 1))


@given(tables(PRINTABLE), st.lists(st.tuples(NUMBERS | st.booleans(), DAYS).map(list), max_size=3))
@settings(max_examples=60, deadline=None)
def test_workbook_there_and_back_loses_nothing(texts, typed):
    table = read(write_xlsx(["A", "B"], texts + typed))

    assert table.errors == []
    assert values(table) == texts + typed


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_no_bytes_make_reading_fail(content):
    table = read(content)

    assert bool(table.errors) or table.headers


def test_every_visible_sheet_is_a_table_of_its_own():
    book = Workbook()
    book.active.title = "leer"
    for title, rows in {"A": [["x"], [1]], "B": [["y"], [2]], "versteckt": [["z"], [3]]}.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book["versteckt"].sheet_state = "hidden"
    file = BytesIO()
    book.save(file)

    tables = read_sheets(BytesIO(file.getvalue()), name="liste.xlsx")

    assert [(table.name, table.headers, values(table)) for table in tables] == [
        ("A", ["x"], [[1]]),
        ("B", ["y"], [[2]]),
    ]
    assert all(table.errors == [] for table in tables)


def test_workbook_of_empty_sheets_only_is_an_empty_table():
    tables = read_sheets(BytesIO(workbook()), name="liste.xlsx")

    assert [faults(table) for table in tables] == [[("", "The table is empty.")]]


@pytest.mark.parametrize("length", [15_999, 16_000, 16_001, 100_000])
def test_text_longer_than_a_cell_comes_back_whole(length):
    text = ("Überlänge = " * length)[:length]
    written = write_sheets([Sheet("Texte", ["A", "B"], [[text, 1], ["kurz", 2], [None, text]])])

    (table,) = read_sheets(BytesIO(written), name="liste.xlsx")

    assert table.headers == ["A", "B"]
    assert values(table) == [[text, 1], ["kurz", 2], ["", text]]


def test_csv_holds_a_very_long_text():
    text = "ä" * 200_000

    assert values(read(write_csv(["A"], [[text]]))) == [[text]]


def test_title_that_no_sheet_may_have_is_made_fit():
    content = write_xlsx(["Name"], [["Ada"]], title="Abonnent*innen [alle]: 1/2")

    assert load_workbook(BytesIO(content)).sheetnames == ["Abonnent_innen _alle__ 1_2"]
