"""The finished file, read back: structure, language, bookmarks, links and drawings."""

from datetime import date
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest

from measures.report import collect_report
from measures.report_pdf import render_report_pdf
from tests.measures.factories import make_full_concept


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

    # Contents (4 chapters and fields, 2 measures, 1 indicators), one to change, one participant.
    assert len(annotations) == 9
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
