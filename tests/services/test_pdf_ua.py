from weasyprint import HTML

VALID = "<html lang=de><title>Bericht</title><h1>Umsetzungsbericht</h1><p>Größe</p>"


def test_engine_finds_nothing_in_a_tagged_document(pdf_faults, tmp_path):
    path = tmp_path / "valid.pdf"
    HTML(string=VALID).write_pdf(path, pdf_variant="pdf/ua-1")

    assert pdf_faults(path) == []


def test_engine_finds_an_untagged_document(pdf_faults, tmp_path):
    path = tmp_path / "untagged.pdf"
    HTML(string=VALID).write_pdf(path)

    assert any("rule 7.1-11 broken 1 times" in fault for fault in pdf_faults(path))
