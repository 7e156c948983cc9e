"""An issue of the archive as a PDF, judged by veraPDF."""

import pytest

from newsletters.archive import issue_pdf
from tests.newsletters.making import make_issue, make_item, make_newsletter


@pytest.mark.parametrize("language", ["de", "ar"])
def test_issue_is_valid_pdf_ua(office, pdf_faults, tmp_path, language):
    issue = make_issue(
        make_newsletter(), subject_ar="نشرة", intro_de="Guten Tag,\n\n- eins\n\n- zwei"
    )
    make_item(issue, title_ar="مقهى اللغة", text_de="Kommt **alle**.\n\n1. Erst\n2. Dann")
    path = tmp_path / "issue.pdf"

    path.write_bytes(issue_pdf(issue, language=language))

    assert pdf_faults(path) == []
