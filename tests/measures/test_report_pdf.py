"""The finished file, read back: structure, language, bookmarks, links and drawings."""

import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from itertools import pairwise

import pikepdf
import pytest
from weasyprint import HTML

from measures.report import collect_report
from measures.report_pdf import render_report_pdf
from measures.snapshot import Snapshot
from tests.measures.factories import make_full_concept
from tests.measures.full_report import make_adopted
from tests.measures.pdf_text import painted
from tests.measures.report_samples import make_report


@pytest.fixture
def full(office):
    return make_full_concept()


def render(concept, language="de", **options):
    report = collect_report(concept, year=2017, language=language, today=date(2018, 5, 2))
    return render_report_pdf(report, **options)


@pytest.fixture(scope="module")
def rendered():
    """The bytes by language: the same concept needs setting only once."""
    return {}


@pytest.fixture
def opened(full, rendered):
    def open_in(language):
        if language not in rendered:
            rendered[language] = render(full, language)
        return pikepdf.open(BytesIO(rendered[language]))

    return open_in


def elements(node):
    """Yield every structure element below ``node``, in reading order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def kinds(document):
    return [str(element.S) for element in elements(document.Root.StructTreeRoot)]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_file_is_tagged_titled_and_in_its_language(opened, language):
    document = opened(language)

    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert str(document.Root.Lang) == language
    assert str(document.docinfo.Title).endswith("Zusammenleben")
    assert b'pdfuaid:part="1"' in document.Root.Metadata.read_bytes()


def test_headings_skip_no_level(opened):
    levels = [int(kind[2]) for kind in kinds(opened("de")) if kind in {"/H1", "/H2", "/H3", "/H4"}]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert set(levels) == {1, 2, 3, 4}
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


def test_every_drawing_says_its_message(opened):
    document = opened("de")

    figures = [
        str(element.Alt)
        for element in elements(document.Root.StructTreeRoot)
        if element.S == "/Figure"
    ]

    # Verdicts, fields, status; an indicator of a measure and one of the concept.
    assert len(figures) == 5
    assert all(figures)
    assert any("35" in message and "511" in message and "2017" in message for message in figures)


def test_tables_have_headers(opened):
    found = kinds(opened("de"))

    # Three of charts, one of what is to change, two of facts, two of values.
    assert found.count("/Table") == 8
    assert found.count("/TH") > found.count("/Table")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_links_are_tagged_one_by_one(opened, language):
    """PDF/UA-1, 7.18.5: each link annotation belongs to a Link of the structure tree."""
    document = opened(language)

    annotations = [note for page in document.pages for note in page.get("/Annots", [])]

    # Contents (4 chapters, 2 fields, 2 measures), one to change, one participant.
    assert len(annotations) == 10
    assert all(note.Subtype == "/Link" for note in annotations)
    assert kinds(document).count("/Link") == len(annotations)


def test_bookmarks_lead_to_fields_and_measures(opened):
    with opened("de").open_outline() as outline:
        (title,) = outline.root
        chapters = {chapter.title: chapter for chapter in title.children}
        (field,) = [chapter for name, chapter in chapters.items() if name.startswith("1")]
        measures = [measure.title for goal in field.children for measure in goal.children]

    assert [name for name in chapters if name[0].isdigit()] == ["1 Sprache", "2 Arbeit"]
    assert measures == ["1.1.1 Vorlesen", "1.1.2 Dolmetschen"]


def test_empty_concept_has_a_report_too(office, concept):
    document = pikepdf.open(BytesIO(render(concept)))

    assert len(document.pages) >= 3


def test_progress_only_names_known_stages_and_ends_near_the_end(full):
    told = []

    render(full, tell=lambda stage, percent: told.append((stage, percent)))

    assert {stage for stage, _percent in told} == {"layout", "writing"}
    assert told[0] == ("layout", 8)
    assert told[-1] == ("writing", 90)
    assert all(0 < percent <= 90 for _stage, percent in told)


def test_whoever_listens_can_stop_the_work(full):
    class EnoughError(Exception):
        pass

    def stop(stage, percent):
        if percent > 8:
            raise EnoughError

    with pytest.raises(EnoughError):
        render(full, tell=stop)


# --- the adopted report: everything in it, contents right, no letter missing, data inside --------


@pytest.fixture
def adopted_in(office, lead, rendered):
    def open_in(language):
        if ("adopted", language) not in rendered:
            report = Snapshot.read(make_adopted(lead).snapshot).report_in(language)
            rendered["adopted", language] = render_report_pdf(report)
        return pikepdf.open(BytesIO(rendered["adopted", language]))

    return open_in


@pytest.mark.parametrize("language", ["de", "ar"])
def test_contents_name_the_pages_where_things_are(adopted_in, language):
    document = adopted_in(language)
    pages = {page.objgen: number for number, page in enumerate(document.pages, 1)}
    places = pikepdf.NameTree(document.Root.Names.Dests)
    contents = document.pages[1]

    targets = [str(note.Dest) for note in contents.Annots]
    real = [str(pages[places[target][0].objgen]) for target in targets]

    # Each chapter's own number (1 and 2) stands before its title; the year stands in the margin.
    printed = [text for text in painted(contents) if text.isdigit() and len(text) < 3]
    following = iter(printed)
    # Chapters: foreword, summary, comparison, indicators, Check Up, funding, participants.
    assert len(targets) == 7 + 2 + 2
    assert len(set(real)) > 5
    assert [number for number in real if number in following] == real
    assert len(printed) == len(real) + 2


def fonts(document):
    return [
        thing
        for thing in document.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"
    ]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_no_letter_is_missing(adopted_in, language):
    """Every font is one of ours, none is of this machine, and none had to stand in a box."""
    document = adopted_in(language)

    found = fonts(document)

    assert {str(font.BaseFont).partition("+P-")[1] for font in found} == {"+P-"}
    assert {str(font.Encoding) for font in found} == {"/Identity-H"}


def test_missing_letter_would_be_found(tmp_path):
    """WeasyPrint maps it to .notdef by an encoding of its own."""
    HTML(string="<html lang=en><title>x</title><p>a\U000f1234").write_pdf(tmp_path / "x.pdf")

    document = pikepdf.open(tmp_path / "x.pdf")

    (font,) = fonts(document)
    assert isinstance(font.Encoding, pikepdf.Stream)


def test_file_says_that_it_keeps_both_standards(adopted_in):
    document = adopted_in("de")

    metadata = document.Root.Metadata.read_bytes()
    assert metadata.count(b"<rdf:RDF") == 1
    assert b'pdfaid:part="3"' in metadata
    assert b'pdfaid:conformance="A"' in metadata
    assert b'pdfuaid:part="1"' in metadata


def test_tables_lie_inside_as_data(adopted_in):
    document = adopted_in("de")

    def rows(name):
        content = document.attachments[name].get_file().read_bytes()
        return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))

    tables = {name: rows(name) for name in document.attachments}
    relations = {str(file.AFRelationship) for file in document.Root.AF}

    assert relations == {"/Data"}
    assert [(row["number"], row["verdict"]) for row in tables["measures.csv"]] == [
        ("1.1.1", "proved"),
        ("1.1.2", "modify"),
    ]
    assert [row["organisation"] for row in tables["participants.csv"]] == ["Stadtbibliothek"]
    assert {(row["value"], row["whole"]) for row in tables["indicator-values.csv"]} == {
        ("35", "511"),
        ("30", ""),
    }


def test_correction_says_why_on_its_cover(office, lead):
    report = replace(make_report(), version=2, correction_reason="Eine Zahl war falsch.")

    document = pikepdf.open(BytesIO(render_report_pdf(report)))

    cover = " ".join(painted(document.pages[0]))
    assert "Eine Zahl war falsch." in cover
