from datetime import date

import pytest

from measures.report import collect_report
from measures.report_pdf import render_report_pdf
from tests.measures.factories import make_full_concept


@pytest.mark.parametrize("language", ["de", "ar"])
def test_implementation_report_is_valid_pdf_ua(office, pdf_ua_faults, tmp_path, language):
    report = collect_report(
        make_full_concept(), year=2017, language=language, today=date(2018, 5, 2)
    )
    path = tmp_path / "report.pdf"

    path.write_bytes(render_report_pdf(report))

    assert pdf_ua_faults(path) == []
