"""The pages for tables: what comes up, what is refused, and who may."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from kit_portal.common.tables import read_sheets, write_xlsx
from measures.models import Measure, TableImport
from measures.table_run import INLINE_ROWS
from tests.measures.factories import make_concept, make_measure

PAGE = "/en/measures/tables/"
HEAD = "concept;number;goal;title\n"


@pytest.fixture
def browser(office, concept, client_of, lead):
    return client_of(lead)


@pytest.fixture
def send(browser):
    def sending(content, name="measures.csv", table="", **options):
        data = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(name, data)
        return browser.post(PAGE, {"file": file, "table": table}, **options)

    return sending


def text_of(response):
    return " ".join(response.content.decode().split())


def test_page_says_what_to_do_first(browser):
    page = text_of(browser.get(PAGE))

    assert "Nothing has been imported yet" in page
    assert "/en/measures/tables/template.xlsx" in page
    assert "/en/measures/export/2016.csv" in page


def test_desk_leads_to_the_page(browser):
    assert f'href="{PAGE}"' in text_of(browser.get("/en/desk/"))


def test_file_is_looked_at_then_written(send, browser, measure):
    page = text_of(send(f"{HEAD}2016;1.1.1;1.1;Neu\n2016;2;1.1;Zwei\n", follow=True))
    run = TableImport.objects.get()

    assert "Write 2 rows" in page
    assert "<bdi>Maßnahme 1.1.1</bdi></del>" in page
    assert "<bdi>Neu</bdi></ins>" in page
    assert Measure.objects.count() == 1

    page = text_of(
        browser.post(f"{PAGE}{run.pk}/confirm/", {"fingerprint": run.fingerprint}, follow=True)
    )

    assert "2 rows are written." in page
    assert "The file is imported" in page
    assert Measure.objects.count() == 2
    assert "measures.csv" in text_of(browser.get(PAGE))


def test_only_the_faulty_rows_can_be_shown(send, browser, measure):
    answer = send(f"{HEAD}2016;1.1.1;1.1;Neu\n2016;2;9.9;Zwei\n")

    page = text_of(browser.get(answer.url, {"show": "faulty"}))

    assert "1 row is faulty" in page
    assert '<bdi dir="ltr">C3</bdi>' in page
    assert "2016 · 1.1.1" not in page
    assert "confirm/" not in page


def test_what_is_faulty_comes_first_and_what_stays_comes_last(send, browser, measure):
    same = f"2016;1.1.1;1.1;{measure.title_de}"
    answer = send(f"{HEAD}{same}\n2016;1.1.2;1.1;Zwei\n2016;3;9.9;Drei\n")

    page = text_of(browser.get(answer.url))

    assert page.index("2016 · 3") < page.index("2016 · 1.1.2") < page.index("2016 · 1.1.1")


def test_result_that_was_not_seen_is_not_written(send, browser, measure):
    send(f"{HEAD}2016;2;1.1;Zwei\n")
    run = TableImport.objects.get()

    page = browser.post(f"{PAGE}{run.pk}/confirm/", {"fingerprint": "another"}, follow=True)

    assert "Nothing was written" in text_of(page)
    assert Measure.objects.count() == 1


def test_changed_data_are_shown_anew(send, browser, measure):
    send(f"{HEAD}2016;1.1.1;1.1;Neu\n")
    run = TableImport.objects.get()
    Measure.objects.update(title_de="Anders")

    page = browser.post(f"{PAGE}{run.pk}/confirm/", {"fingerprint": run.fingerprint}, follow=True)

    assert "Somebody has changed the data meanwhile" in text_of(page)
    assert Measure.objects.get().title_de == "Anders"


def test_many_rows_go_to_a_worker_and_show_their_progress(
    send, browser, goal, django_capture_on_commit_callbacks
):
    rows = "".join(f"2016;{n};1.1;Titel\n" for n in range(INLINE_ROWS + 1))
    with django_capture_on_commit_callbacks(execute=False) as jobs:
        answer = send(HEAD + rows)
    waiting = text_of(browser.get(answer.url))

    assert "data-refresh-url" in waiting
    assert "The file is being checked: 201 rows" in waiting

    for job in jobs:
        job()
    fresh = text_of(browser.get(f"{answer.url}state/"))

    assert "data-refresh-url" not in fresh
    assert "Show the result" in fresh
    assert "Write 201 rows" in text_of(browser.get(answer.url))


def test_what_somebody_looked_at_nobody_else_writes(send, client_of, editor, measure):
    send(f"{HEAD}2016;2;1.1;Zwei\n")
    run = TableImport.objects.get()
    other = client_of(editor)

    assert "Write 1 row" not in text_of(other.get(f"{PAGE}{run.pk}/"))
    sent = {"fingerprint": run.fingerprint}
    assert other.post(f"{PAGE}{run.pk}/confirm/", sent).status_code == 403
    assert other.post(f"{PAGE}{run.pk}/discard/").status_code == 403


@pytest.mark.parametrize("action", ["confirm", "discard"])
def test_writing_and_throwing_away_need_a_post(send, browser, measure, action):
    send(f"{HEAD}2016;2;1.1;Zwei\n")

    assert browser.get(f"{PAGE}{TableImport.objects.get().pk}/{action}/").status_code == 405


def test_imports_are_closed_to_others(send, client, client_of, auditor, member, measure):
    send(f"{HEAD}2016;2;1.1;Zwei\n")
    address = f"{PAGE}{TableImport.objects.get().pk}/"

    found = [
        who.get(address).status_code for who in (client, client_of(auditor), client_of(member))
    ]

    assert found == [302, 403, 403]


def test_thrown_away_file_is_erased(send, browser, measure, private_files):
    send(f"{HEAD}2016;2;1.1;Zwei\n")

    browser.post(f"{PAGE}{TableImport.objects.get().pk}/discard/")

    assert not TableImport.objects.exists()
    assert [path for path in private_files.rglob("*") if path.is_file()] == []


def book(*rows, formula=""):
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    if formula:
        workbook.active[formula] = "=1+1"
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def bomb():
    file = BytesIO()
    with ZipFile(BytesIO(book(["A"]))) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                new.writestr(part, old.read(part))
        new.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    return file.getvalue()


ROW = ["concept", "number", "place"], ["2016", "1.1.1", "Rathaus"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("big.xlsx", lambda: b"PK\x03\x04" + b"0" * 20 * 1024 * 1024, "larger than 5 MB"),
        ("formula.xlsx", lambda: book(*ROW, formula="C2"), "C2: This cell contains a formula."),
        ("bomb.xlsx", bomb, "too large when it is unpacked"),
        ("empty.csv", lambda: b"", "file is empty"),
        ("head.csv", lambda: b"\n\n", "The file is empty."),
        ("image.csv", lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "no table that can be read"),
        ("mixed.csv", lambda: b"concept;number;place\n2016;1;A\n2016,2,B\n", "3: This row is sep"),
        ("twice.csv", lambda: b"concept;number;number\n2016;1;1\n", "C1: The heading"),
        ("unknown.csv", lambda: b"Spalte A;Spalte B\n1;2\n", "do not say which table it is"),
        ("column.csv", lambda: b"concept;number;plaze\n2016;1;1\n", "do not say which table"),
    ],
)
def test_files_that_cannot_be_used_are_refused_with_place_and_remedy(
    send, browser, name, content, message
):
    answer = send(content(), name=name, table="")

    assert answer.status_code == 200
    assert message in text_of(answer)
    assert not TableImport.objects.exists()


def test_choice_is_kept_when_a_file_is_refused(send, browser):
    answer = send(b"concept;number;plaze\n2016;1;1\n", table="measures")

    assert "C1: The table “measures” has no column “plaze”. Did you mean “place”?" in text_of(
        answer
    )
    assert '<option value="measures" selected>' in text_of(answer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(send, measure, encoding):
    page = text_of(send(f"{HEAD}2016;1.1.1;1.1;Größe\n".encode(encoding), follow=True))

    assert "<bdi>Größe</bdi></ins>" in page


def test_workbook_of_the_template_filled_in_is_imported(send, browser, goal):
    template = browser.get(f"{PAGE}template.xlsx").content
    names = [table.name for table in read_sheets(BytesIO(template), name="x.xlsx")]
    content = write_xlsx(
        ["concept", "number", "goal", "title"], [["2016", "4.10", "1.1", "Neu"]], title="measures"
    )

    page = text_of(send(content, name="vorlage.xlsx", follow=True))

    assert "measures" in names
    assert "Write 1 row" in page


def test_staff_export_has_drafts_and_public_export_has_not(browser, client, goal):
    make_measure(goal, "1.1.1")
    make_measure(goal, "1.1.2", published=False, internal_notes="Geheim")

    staff = ZipFile(BytesIO(browser.get(f"{PAGE}2016.zip").content)).read("measures.csv").decode()
    public = client.get("/en/measures/export/2016.csv").content.decode()

    assert ["1.1.2" in staff, "Geheim" in staff] == [True, True]
    assert ["1.1.1" in public, "1.1.2" in public, "Geheim" in public] == [True, False, False]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_public_export_is_there_for_programs(client, office, measure, ending):
    address = f"/en/measures/export/2016.{ending}"
    first = client.get(address)

    assert first["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Measure.objects.update(title_de="Anders")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("address", ["2016.pdf", "draft.csv", "none.csv"])
def test_export_of_what_is_not_public_is_not_found(client, office, concept, address):
    make_concept("draft", published=False)

    assert client.get(f"/en/measures/export/{address}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_the_same_number_of_queries(
    browser, lead, count, django_assert_num_queries, send, measure
):
    for number in range(count):
        send(f"{HEAD}2016;{number};1.1;Zwei\n")
        make_concept(f"c{number}")

    browser.get(PAGE)  # what is kept between requests is there now

    with django_assert_num_queries(7):
        browser.get(PAGE)
