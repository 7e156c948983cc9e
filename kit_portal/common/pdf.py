"""HTML template → accessible PDF. The only place that knows WeasyPrint."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from kit_portal.common.locales import direction_of

FONTS = Path(__file__).parent / "pdf_fonts"
STYLES = Path(__file__).parent / "pdf_styles"
# What a minimal Debian lacks; named wherever a PDF would be.
REMEDY = (
    "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)


UA_IDENTIFICATION = (STYLES / "ua_identification.xml").read_bytes()

# The fonts are shared, and Pango's font map belongs to one thread at a time.
_one_at_a_time = Lock()


class PdfUnavailableError(Exception):
    """The text libraries that WeasyPrint needs are missing on this machine."""

    def __str__(self) -> str:
        return (
            _("PDFs need libraries that are missing here. An administrator can install them: %s")
            % REMEDY
        )


@dataclass(frozen=True)
class PdfAttachment:
    """A file inside the PDF that holds the data the document shows."""

    name: str
    description: str
    content: bytes


@cache
def is_pdf_available() -> bool:
    try:
        import weasyprint  # noqa: F401, PLC0415  slow import, and it fails without pango
    except OSError:
        return False
    return True


@cache
def _font_setup() -> tuple[Any, Any]:
    """The fonts, parsed once per process: 0.8 s the first time, nothing afterwards."""
    from weasyprint import CSS  # noqa: PLC0415  slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  slow import

    fonts = FontConfiguration()
    return CSS(filename=str(FONTS / "fonts.css"), font_config=fonts), fonts


# The fonts go before the interpreter's own clean-up takes away what they need to close.
atexit.register(_font_setup.cache_clear)


def render_pdf(
    template: str,
    context: dict[str, Any],
    *,
    language: str,
    stylesheet: str,
    attachments: Sequence[PdfAttachment] = (),
    archival: bool = False,
    on_progress: Callable[[str], None] | None = None,
    on_page: Callable[[int], None] | None = None,
) -> bytes:
    """Return a tagged PDF/UA-1 (ISO 14289-1) of ``template``.

    ``archival`` makes it a PDF/A-3a (ISO 19005-3) as well; its style sheet must then set images
    crisp, since smoothing is forbidden there. ``attachments`` go into the file.
    ``stylesheet`` is a file name in ``pdf_styles``. ``on_progress`` hears of the stages
    ``"html"``, ``"layout"`` and ``"writing"`` as each begins; ``on_page`` hears the number of each
    page as it is set, several times where contents and page numbers need another round. What they
    raise ends the rendering.

    Raises PdfUnavailableError where the text libraries are missing.
    """
    if not is_pdf_available():
        raise PdfUnavailableError
    from weasyprint import CSS, HTML, Attachment  # noqa: PLC0415  slow import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415  slow import

    variant = "pdf/a-3a" if archival else "pdf/ua-1"
    tell = on_progress or (lambda stage: None)
    tell("html")
    with override(language):
        context = context | {"language": language, "direction": direction_of(language)}
        html = render_to_string(template, context)
    # Nothing from outside: what a document shows stands in it.
    fetcher = URLFetcher(allowed_protocols=("data",))
    with _one_at_a_time, _hearing_pages(on_page or (lambda page: None)):
        font_css, fonts = _font_setup()
        tell("layout")
        document = HTML(string=html, url_fetcher=fetcher).render(
            stylesheets=[font_css, CSS(filename=str(STYLES / stylesheet), font_config=fonts)],
            font_config=fonts,
            pdf_variant=variant,
        )
        document.metadata.attachments += [
            Attachment(
                string=attachment.content,
                name=attachment.name,
                description=attachment.description,
                relationship="Data",
            )
            for attachment in attachments
        ]
        if archival:
            _declare_accessible(document.metadata)
        tell("writing")
        pdf: bytes = document.write_pdf(pdf_variant=variant)
    return pdf


def _declare_accessible(metadata: Any) -> None:
    """Make a PDF/A say that it is a PDF/UA-1 too, in the one description that both standards read.

    PDF/A allows a property that it does not know only where an extension schema explains it
    (ISO 19005-3, 6.6.2.3). WeasyPrint's own ``xmp_metadata`` would add a second ``rdf:RDF``, which
    PDF/UA does not find.
    """
    written = metadata.generate_rdf_metadata

    def with_both(variant: str, version: int, conformance: str) -> bytes:
        rdf: bytes = written(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", UA_IDENTIFICATION + b"</rdf:RDF>")

    metadata.generate_rdf_metadata = with_both


class _PageEar(logging.Handler):
    """WeasyPrint tells its progress to a logger, and to nobody else."""

    def __init__(self, on_page: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self._on_page = on_page

    def emit(self, record: logging.LogRecord) -> None:
        if "Creating layout - Page" in str(record.msg) and isinstance(record.args, tuple):
            self._on_page(int(str(record.args[0])))


@contextmanager
def _hearing_pages(on_page: Callable[[int], None]) -> Iterator[None]:
    ear, logger = _PageEar(on_page), logging.getLogger("weasyprint.progress")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(ear)
    try:
        yield
    finally:
        logger.removeHandler(ear)
