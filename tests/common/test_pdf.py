from base64 import b64encode
from io import BytesIO

import pikepdf
import pytest
from django.utils.translation import override
from PIL import Image

from kit_portal.common import pdf
from kit_portal.common.pdf import PdfUnavailableError, is_pdf_available, render_pdf


@pytest.fixture
def render(settings, tmp_path):
    """Render the body of a document, with the frame that every PDF has."""
    settings.TEMPLATES = [
        settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]

    def rendering(body, *, language="de", **options):
        source = (
            '{% extends "layouts/document.html" %}'
            "{% block title %}{{ title }}{% endblock %}{% block content %}"
            f"<h1>{{{{ title }}}}</h1>{body}{{% endblock %}}"
        )
        (tmp_path / "document.html").write_text(source)
        context = {"title": "Begrüßung", "accent": "#0b5d7a"}
        return render_pdf(
            "document.html", context, language=language, stylesheet="report.css", **options
        )

    return rendering


@pytest.mark.parametrize("language", ["de", "ar", "de-simple", "kmr"])
def test_pdf_is_accessible_in_its_language(render, language):
    document = pikepdf.open(BytesIO(render("<p>Text</p>", language=language)))

    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == language
    assert str(document.docinfo.Title) == "Begrüßung"


def test_pdf_carries_its_fonts(render):
    document = pikepdf.open(BytesIO(render("<p>Größe Łódź Привет سلام</p>")))

    fonts = {
        str(font.get("/BaseFont"))
        for page in document.pages
        for font in page.Resources.Font.values()
    }
    assert len(fonts) >= 4
    assert all("+P-" in name for name in fonts)  # subsets of ours, nothing of the machine


@pytest.mark.parametrize(("stands_inside", "shown"), [(True, 1), (False, 0)])
def test_pdf_shows_pictures_that_stand_in_it_and_opens_no_file(
    render, tmp_path, stands_inside, shown
):
    png = tmp_path / "x.png"
    Image.new("RGB", (2, 2), "red").save(png)
    inside = "data:image/png;base64," + b64encode(png.read_bytes()).decode()

    pdf_file = render(f'<p><img src="{inside if stands_inside else png.as_uri()}" alt="x"></p>')

    pages = pikepdf.open(BytesIO(pdf_file)).pages
    assert sum(len(page.get_images()) for page in pages) == shown


def test_progress_hears_of_stages_and_pages(render):
    stages, pages = [], []

    render(
        '<p class="chapter">Eins</p><p class="chapter">Zwei</p>',
        on_progress=stages.append,
        on_page=pages.append,
    )

    assert stages == ["html", "layout", "writing"]
    assert set(pages) == {1, 2, 3}


def test_rendering_says_which_libraries_are_missing(render, monkeypatch):
    monkeypatch.setattr(pdf, "is_pdf_available", lambda: False)

    with override("en"), pytest.raises(PdfUnavailableError, match=r"apt-get install .*libpango"):
        render("<p>Text</p>")


def test_libraries_are_here():
    """Without them the suite would skip its main job silently."""
    assert is_pdf_available()
