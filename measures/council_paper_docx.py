"""The council paper as a text document with real styles: the council's office goes on with it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from measures.council_paper_entries import CouncilPaper, Section, Table

FONT = "Arial"
TAG = "de-DE"


def as_docx(paper: CouncilPaper) -> bytes:
    """Return the paper as DOCX on A4, with its language, title, headings and page numbers."""
    with override(paper.language):
        document = Document()
        _set_page(document)
        _set_styles(document, paper.accent)
        document.core_properties.title = paper.title
        document.core_properties.author = paper.office
        document.core_properties.subject = paper.subject
        document.core_properties.language = TAG
        document.core_properties.comments = ""
        _head_and_foot(document, paper)
        _beginning(document, paper)
        for section in paper.sections:
            _section(document, section)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: DocumentObject) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin, page.bottom_margin = Cm(2.5), Cm(2)


def _set_styles(document: DocumentObject, accent: str) -> None:
    colour = RGBColor.from_string(accent.removeprefix("#").upper())
    for name, size in (("Normal", 11), ("Title", 20), ("Heading 1", 14), ("Caption", 10)):
        style: Any = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        properties = style.element.get_or_add_rPr()
        fonts = properties.find(qn("w:rFonts"))
        # The template's theme fonts would outrank the name.
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
        for script in ("w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        if name != "Normal":
            style.font.color.rgb = colour if name != "Caption" else RGBColor(0, 0, 0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), TAG)
    normal: Any = document.styles["Normal"]
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(6)
    for default in document.styles.element.iter(qn("w:lang")):
        default.set(qn("w:val"), TAG)


def _head_and_foot(document: DocumentObject, paper: CouncilPaper) -> None:
    page = document.sections[0]
    head = page.header.paragraphs[0]
    head.text = " · ".join(filter(None, [paper.municipality, paper.office]))
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    before, between = _("Page %(page)s of %(pages)s").replace("%(pages)s", "\0").split("%(page)s")
    middle, after = between.split("\0")
    foot.add_run(before)
    _add_field(foot, "PAGE")
    foot.add_run(middle)
    _add_field(foot, "NUMPAGES")
    foot.add_run(after)
    for paragraph in (head, foot):
        for run in paragraph.runs:
            run.font.size = Pt(9)


def _add_field(paragraph: Any, instruction: str) -> None:
    """A number that the word processor fills in (ECMA-376, 17.16.18)."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _beginning(document: DocumentObject, paper: CouncilPaper) -> None:
    document.add_paragraph(paper.kind, style="Title")
    for label, content in [*paper.facts, (_("Subject"), paper.subject)]:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(content or "_" * 24)


def _section(document: DocumentObject, section: Section) -> None:
    document.add_heading(section.heading, level=1)
    for text in section.paragraphs:
        document.add_paragraph(text)
    for text in section.points:
        document.add_paragraph(text, style="List Bullet")
    if section.table:
        _table(document, section.table)


def _table(document: DocumentObject, content: Table) -> None:
    caption = document.add_paragraph(content.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(content.headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, content.headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    _repeat_on_each_page(table.rows[0])
    for row in content.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    description = OxmlElement("w:tblCaption")
    description.set(qn("w:val"), content.caption)
    table._tbl.tblPr.append(description)


def _repeat_on_each_page(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))
