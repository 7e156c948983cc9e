import pytest

from measures.report_pdf import render_report_pdf
from measures.snapshot import Snapshot
from tests.measures.full_report import make_adopted


@pytest.mark.parametrize("language", ["de", "ar"])
def test_adopted_report_is_valid_for_both_standards_at_once(
    office, lead, pdf_faults, tmp_path, language
):
    """PDF/UA-1 (ISO 14289-1) for readers with a screen reader, PDF/A-3a for the archive."""
    report = Snapshot.read(make_adopted(lead).snapshot).report_in(language)
    path = tmp_path / "report.pdf"

    path.write_bytes(render_report_pdf(report))

    assert {flavour: pdf_faults(path, flavour) for flavour in ("ua1", "3a")} == {
        "ua1": [],
        "3a": [],
    }
