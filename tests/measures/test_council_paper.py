"""What the paper says is read in English ids here, so that no test hangs on a translation."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils.translation import override
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from kit_portal.common.pdf import is_pdf_available
from measures import council_paper_texts as texts
from measures.council_paper import Comparison, FundingEntry, as_docx, as_pdf, paper_of
from measures.council_paper_entries import VerdictChange
from measures.report import collect_report
from measures.report_entries import (
    ConceptEntry,
    FieldEntry,
    GoalEntry,
    MeasureEntry,
    OfficeEntry,
    Report,
    Text,
    VerdictEntry,
)
from tests.measures.factories import make_full_concept

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def text(value):
    return Text(value, "de")


def make_entry(number, verdict):
    return MeasureEntry(
        number=number,
        anchor=f"m{number}",
        title=text(f"Measure {number}"),
        description=text(""),
        status="running",
        status_label="running",
        runtime="",
        place="",
        target_groups=(),
        participants=(),
        verdict=VerdictEntry(2017, verdict, verdict or "open", text("Because.")),
        earlier=(),
        milestones=(),
        indicators=(),
    )


def make_report(*, proved=0, modify=0, ended=0, missing=0):
    verdicts = ["proved"] * proved + ["modify"] * modify + ["ended"] * ended + [""] * missing
    measures = [make_entry(f"1.{place}", one) for place, one in enumerate(verdicts, 1)]
    field = FieldEntry(1, "f1", text("Sprache"), text(""), [GoalEntry("1.1", text(""), measures)])
    concept = ConceptEntry(
        text("Zusammenleben"), "", "2016–2022", "Ratsversammlung", date(2016, 3, 17), "RV-1/2016"
    )
    office = OfficeEntry(text("Stelle"), "Stadt", "#0b5d7a", "", "Rathausplatz 1", "", "")
    return Report(office, concept, 2017, "de", TODAY, [field], ())


def facts(**counts):
    return " ".join(texts.facts(make_report(**counts)).paragraphs)


BEGINNING = (
    "The concept “Zusammenleben” covers the years 2016–2022. It was adopted on March 17, 2016 "
    "(resolution RV-1/2016). "
)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "It has no published measures yet."),
        (
            {"proved": 1},
            "It comprises one measure in one action field. The measure was evaluated for 2017. One "
            "measure has proved itself. No measure is proposed to be modified or ended.",
        ),
        (
            {"proved": 3},
            "It comprises 3 measures in one action field. All 3 measures were evaluated for 2017. "
            "All of those evaluated have proved themselves. No measure is proposed to be modified "
            "or ended.",
        ),
        (
            {"proved": 2, "modify": 1, "ended": 2, "missing": 1},
            "It comprises 6 measures in one action field. For 2017 5 of 6 measures were evaluated. "
            "The evaluation of one measure is still missing. 2 measures have proved themselves. "
            "One measure is to be modified: 1.3. 2 measures are to be ended: 1.4 and 1.5.",
        ),
        (
            {"modify": 3},
            "It comprises 3 measures in one action field. All 3 measures were evaluated for 2017. "
            "None has proved itself as it is. 3 measures are to be modified: 1.1, 1.2 and 1.3.",
        ),
        (
            {"ended": 1, "missing": 2},
            "It comprises 3 measures in one action field. For 2017 one of 3 measures was "
            "evaluated. The evaluations of 2 measures are still missing. None has proved itself "
            "as it is. One measure is to be ended: 1.1.",
        ),
        (
            {"missing": 2},
            "It comprises 2 measures in one action field. For 2017 there is no evaluation yet.",
        ),
    ],
)
def test_facts_are_written_from_the_counts(counts, said):
    assert facts(**counts) == BEGINNING + said


few = st.integers(0, 12)


@given(few, few, few, few)
def test_every_number_of_measures_gives_whole_sentences(proved, modify, ended, missing):
    counts = {"proved": proved, "modify": modify, "ended": ended, "missing": missing}
    report = make_report(**counts)
    with override("de"):
        german = paper_of(report, funding=[], today=TODAY)
    said = [*texts.facts(report).paragraphs, *texts.resolution(report).points]

    for sentence in [*said, *(one for part in german.sections for one in part.paragraphs)]:
        assert "%" not in sentence
        assert "  " not in sentence
        assert sentence.endswith(".")
    for number in (one.number for one in report.with_verdict("modify")):
        assert any(number in point for point in texts.resolution(report).points)
    rows = texts.facts(report).table.rows if modify + ended else []
    assert len(rows) == modify + ended


def test_resolution_asks_only_for_what_is_to_be_decided():
    def points(**counts):
        return texts.resolution(make_report(**counts)).points

    assert points(proved=2) == ["The implementation report for 2017 is noted."]
    assert points(modify=1, ended=2, missing=1)[1:] == [
        "The administration is instructed to modify measure 1.1 as the report describes.",
        "Measures 1.2 and 1.3 are ended.",
        "The evaluation of the one measure that was not evaluated yet is handed in later.",
    ]


def grant(number, amount, ends_on):
    return FundingEntry(number, f"grant {number}", amount and Decimal(amount), ends_on)


@pytest.mark.parametrize(
    ("grants", "said"),
    [
        ([], "No funding of the measures is recorded."),
        (
            [grant("1", 500, None)],
            "One grant for the measures is running. It amounts to 500 €. None of them ends by "
            "Nov. 25, 2027.",
        ),
        (
            [grant("1", 1500, date(2027, 11, 25)), grant("2", None, date(2027, 11, 26))],
            "2 grants for the measures are running. As far as is known they amount to 1,500 €; the "
            "amount of one of them is not known. Within the next twelve months, by Nov. 25, 2027, "
            "one of them ends. It amounts to 1,500 €.",
        ),
        ([grant("1", 1500, date(2026, 11, 24))], "One grant has run out already."),
    ],
)
def test_finances_tell_what_runs_and_what_ends_within_a_year(grants, said):
    section = texts.finances(grants, today=TODAY)

    assert " ".join(section.paragraphs).replace("November", "Nov.") == said.replace(
        "November", "Nov."
    )


def test_finances_list_what_ends_soonest_first():
    grants = [grant("2", 5, date(2027, 6, 1)), grant("1", None, date(2026, 12, 31))]

    rows = texts.finances(grants, today=TODAY).table.rows

    assert [(row[0], row[2]) for row in rows] == [("1", "not known"), ("2", "5 €")]


def test_year_of_a_leap_day_ends_on_the_28th():
    assert texts.in_a_year(date(2028, 2, 29)) == date(2029, 2, 28)


def test_comparison_says_what_changed_or_that_nothing_did():
    changed = Comparison(
        2016,
        new=["7.1.3 Events"],
        verdict_changed=[VerdictChange("1.1 Flyer", "proved itself", "to be modified")],
    )

    assert texts.changes(changed).points == [
        "One measure has been added: 7.1.3 Events.",
        "One measure got another verdict than the year before: 1.1 Flyer (proved itself before, "
        "to be modified now).",
    ]
    assert texts.changes(Comparison(2016)).paragraphs == [
        "Nothing has changed since the report for 2016."
    ]


def make_paper(**counts):
    return paper_of(
        make_report(**counts),
        funding=[grant("1.1", 500, date(2027, 6, 1))],
        comparison=Comparison(2016),
        today=TODAY,
    )


def test_docx_has_what_a_councils_office_goes_on_with():
    paper = make_paper(proved=2, modify=30)

    document = Document(BytesIO(as_docx(paper)))

    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [section.heading for section in paper.sections]
    assert [p.text for p in document.paragraphs if p.style.name == "Title"] == [paper.kind]
    assert document.core_properties.title == paper.title
    assert document.core_properties.language == "de-DE"
    page = document.sections[0]
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    footer = page.footer._element.xml
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    languages = {node.get(qn("w:val")) for node in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"de-DE"}


def test_docx_tables_repeat_their_header():
    document = Document(BytesIO(as_docx(make_paper(modify=2))))

    measures, money = document.tables
    for table in (measures, money):
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    assert [row.cells[0].text for row in measures.rows[1:]] == ["1.1", "1.2"]


def test_number_is_left_to_the_councils_office():
    paper = make_paper(proved=1)

    assert next(content for _label, content in paper.facts) == ""
    document = Document(BytesIO(as_docx(paper)))
    assert "____" in document.paragraphs[1].text


def test_paper_is_german_whoever_asks():
    with override("ar"):
        paper = make_paper(proved=1)

    assert paper.language == "de"
    assert dict(paper.facts)
    assert "25. November 2026" in [content for _l, content in paper.facts]


@pytest.mark.skipif(not is_pdf_available(), reason="needs pango")
def test_pdf_is_tagged_and_titled():
    import pikepdf

    paper = make_paper(proved=1, modify=2)

    with pikepdf.open(BytesIO(as_pdf(paper))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "de"
        assert pdf.docinfo["/Title"] == paper.title
        assert "pdfuaid" in pdf.open_metadata().__str__() or pdf.Root.StructTreeRoot


ADDRESS = "/en/measures/reports/2016/2017/council-paper."


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_staff_download_the_paper(office, client_of, auditor, kind):
    concept = make_full_concept()
    measure = concept.measures.get(number="1.1.1")
    measure.funding_sources.create(name="Landesmittel", amount=500, ends_on=date(2099, 1, 1))

    response = client_of(auditor).get(f"{ADDRESS}{kind}")

    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="vorlage-2016-2017.{kind}"'
    assert "no-store" in response["Cache-Control"]
    if kind == "docx":
        words = "\n".join(p.text for p in Document(BytesIO(response.content)).paragraphs)
        assert "500 €" in words
        assert "1.1.2" in words  # to be modified


def test_drafts_enter_no_paper(office, client_of, lead):
    concept = make_full_concept()
    draft = concept.measures.get(number="1.1.2")
    draft.withdraw()
    draft.funding_sources.create(name="Geheim", amount=77, ends_on=date(2099, 1, 1))

    response = client_of(lead).get(f"{ADDRESS}docx")

    words = "\n".join(p.text for p in Document(BytesIO(response.content)).paragraphs)
    assert "77 €" not in words
    assert "1.1.2" not in words


def test_paper_needs_a_begun_year_of_the_concept(office, client_of, lead):
    make_full_concept()
    client = client_of(lead)

    assert client.get("/en/measures/reports/2016/2030/council-paper.pdf").status_code == 404
    assert client.get("/en/measures/reports/2016/2017/council-paper.exe").status_code == 404


def test_report_reads_on_in_the_paper(db):
    report = collect_report(make_full_concept(), year=2017, language="de", today=TODAY)

    paper = paper_of(report, funding=[], today=TODAY)
    other = paper_of(replace(report, fields=[]), funding=[], today=TODAY)

    assert len(paper.sections) == 4
    assert paper.sections[1].table is not None
    assert other.sections[1].table is None
