import pytest
from django.core.management import CommandError, call_command

from measures.management.commands import implementation_report
from tests.measures.factories import make_concept


@pytest.fixture
def write(office, tmp_path, capsys):
    def writing(*arguments):
        path = tmp_path / "report.pdf"
        call_command("implementation_report", *arguments, output=path)
        return path, capsys.readouterr().out

    return writing


def test_command_writes_the_report(write, measure):
    path, said = write("2017")

    assert path.read_bytes().startswith(b"%PDF-1.7")
    assert said == f"{path}: 1 measures, 0 evaluated\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2031"], "No such published concept covers 2031 (those that do: none)."),
        (["2017"], "Several concepts cover 2017; choose one by --concept: 2017, 2016."),
        (
            ["2017", "--concept=2010"],
            "No such published concept covers 2017 (those that do: 2017, 2016).",
        ),
        (["2017", "--language=xx"], "“xx” is none of: de, "),
    ],
)
def test_command_names_the_remedy(write, concept, arguments, words):
    make_concept("2017", period_from=2017, period_to=2022)
    make_concept("2030", period_from=2030, period_to=2036, published=False)

    with pytest.raises(CommandError) as error:
        write(*arguments)

    assert str(error.value).startswith(words)


def test_command_misses_the_folder(office, concept, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("implementation_report", "2017", output=tmp_path / "none" / "report.pdf")


def test_command_says_which_libraries_are_missing(write, concept, monkeypatch):
    def unavailable(report, *, tell):
        raise implementation_report.PdfUnavailableError

    monkeypatch.setattr(implementation_report, "render_report_pdf", unavailable)

    with pytest.raises(CommandError, match="libpango"):
        write("2017")
