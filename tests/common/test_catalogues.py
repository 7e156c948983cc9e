import gettext

import pytest
from babel.messages.catalog import Message

from kit_portal.common.catalogue_sources import collect
from kit_portal.common.catalogues import (
    catalogue_path,
    compile_catalogue,
    faults,
    faults_of_entry,
    fill_catalogue,
    messages_of,
    read_catalogue,
    untranslated,
    update_catalogue,
)

PYTHON = """
from django.utils.translation import gettext, gettext_lazy as _, ngettext, npgettext, pgettext

TITLE = _("Measures")
MAY = pgettext("month", "May")


def count(number):
    return ngettext("%(count)d goal", "%(count)d goals", number) % {"count": number}
"""
TEMPLATE = """
{% load i18n %}
    <h1>{% translate "Measures" %}</h1>
  {# Translators: above the list of meetings #}
        {% blocktranslate trimmed count n=meetings|length %}
          {{ n }} meeting
        {% plural %}
          {{ n }} meetings
        {% endblocktranslate %}
{% include "x.html" with label=_("Don't stop: 100 %") only %}
"""


@pytest.fixture
def root(tmp_path):
    """A small project with one Python file, one template and one mail."""
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures/models.py").write_text(PYTHON)
    (tmp_path / "templates/mail").mkdir(parents=True)
    (tmp_path / "templates/page.html").write_text(TEMPLATE)
    (tmp_path / "templates/mail/body.txt").write_text(
        "{% load i18n %}{% blocktranslate %}Hello {{ name }}\n{% endblocktranslate %}"
    )
    return tmp_path


@pytest.fixture
def locale(root):
    return root / "locale"


def reasons(locale, language, root):
    return sorted(fault.reason for fault in faults(locale, language, collect(root)))


def give(locale, language, msgid, msgstr):
    return fill_catalogue(locale, language, [{"msgid": msgid, "msgstr": msgstr}])


def test_collect_finds_the_messages_of_python_and_templates(root):
    found = messages_of(collect(root))

    assert [(key, message.id) for key, message in found.items()] == [
        (("", "%(count)d goal"), ("%(count)d goal", "%(count)d goals")),
        (("", "%(n)s meeting"), ("%(n)s meeting", "%(n)s meetings")),
        (("", "Don't stop: 100 %"), "Don't stop: 100 %"),
        (("", "Hello %(name)s\n"), "Hello %(name)s\n"),
        (("month", "May"), "May"),
        (("", "Measures"), "Measures"),
    ]


def test_collect_names_every_file_of_a_message(root):
    message = messages_of(collect(root))["", "Measures"]

    assert [place for place, _line in message.locations] == [
        "measures/models.py",
        "templates/page.html",
    ]


@pytest.mark.parametrize("folder", ["tests", "measures/migrations", ".venv/lib", "var/x"])
def test_collect_leaves_out_what_is_not_the_portal(root, folder):
    (root / folder).mkdir(parents=True)
    (root / folder / "other.py").write_text('from x import gettext\ngettext("Elsewhere")')

    assert ("", "Elsewhere") not in messages_of(collect(root))


def test_collect_names_the_file_it_cannot_read(root):
    (root / "measures/broken.py").write_text('from x import gettext\ngettext("""Open')

    with pytest.raises(SyntaxError, match=r"^measures/broken\.py: "):
        collect(root)


def test_update_writes_a_file_without_dates_hosts_and_line_numbers(root, locale):
    update_catalogue(locale, "kmr", collect(root))

    text = catalogue_path(locale, "kmr").read_text()
    assert text.startswith(
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: kmr\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    assert '\n#: measures/models.py templates/page.html\nmsgid "Measures"\nmsgstr ""\n' in text


def test_update_twice_changes_nothing(root, locale):
    update_catalogue(locale, "ar", collect(root))
    first = catalogue_path(locale, "ar").read_bytes()

    update_catalogue(locale, "ar", collect(root))

    assert catalogue_path(locale, "ar").read_bytes() == first


def test_update_keeps_translations_and_guesses_none(root, locale):
    update_catalogue(locale, "de", collect(root))
    give(locale, "de", "Measures", "Maßnahmen")
    models = root / "measures/models.py"
    models.write_text(models.read_text() + '\nMORE = _("Measure")\n')

    update_catalogue(locale, "de", collect(root))

    found = messages_of(read_catalogue(locale, "de"))
    assert found["", "Measures"].string == "Maßnahmen"
    assert found["", "Measure"].string == ""


def test_update_fills_english_by_itself(root, locale):
    update_catalogue(locale, "en", collect(root))

    assert reasons(locale, "en", root) == []
    assert messages_of(read_catalogue(locale, "en"))["", "%(count)d goal"].string == (
        "%(count)d goal",
        "%(count)d goals",
    )


@pytest.mark.parametrize(
    ("language", "folder", "forms"),
    [("de-simple", "de_Simple", 2), ("pl", "pl", 3), ("ar", "ar", 6), ("fa", "fa", 2)],
)
def test_each_language_has_its_folder_and_plural_forms(root, locale, language, folder, forms):
    update_catalogue(locale, language, collect(root))

    assert (locale / folder / "LC_MESSAGES/django.po").exists()
    assert read_catalogue(locale, language).num_plurals == forms


def test_compiled_catalogue_translates(root, locale):
    update_catalogue(locale, "pl", collect(root))
    give(locale, "pl", "%(count)d goal", ["%(count)d cel", "%(count)d cele", "%(count)d celów"])

    assert compile_catalogue(locale, "pl") is True

    with catalogue_path(locale, "pl").with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    translated = [
        catalogue.ngettext("%(count)d goal", "%(count)d goals", n) % {"count": n} for n in (1, 3, 5)
    ]
    assert translated == ["1 cel", "3 cele", "5 celów"]


def test_compile_leaves_a_fresh_file_alone(root, locale):
    update_catalogue(locale, "pl", collect(root))
    compile_catalogue(locale, "pl")

    assert compile_catalogue(locale, "pl") is False


def test_faults_name_what_is_missing_unused_and_untranslated(root, locale):
    update_catalogue(locale, "en", collect(root))
    (root / "templates/mail/body.txt").write_text("{% load i18n %}{% translate 'Bye' %}")

    found = {fault.msgid: fault.reason for fault in faults(locale, "en", collect(root))}

    assert found == {
        "Bye": "missing; run ./run messages extract",
        "Hello %(name)s\n": "no longer used; run ./run messages extract",
    }


def test_faults_of_an_empty_catalogue_name_every_entry(root, locale):
    update_catalogue(locale, "de", collect(root))

    assert reasons(locale, "de", root) == ["not translated"] * 6


def test_faults_find_a_fuzzy_entry(root, locale):
    update_catalogue(locale, "en", collect(root))
    path = catalogue_path(locale, "en")
    path.write_text(path.read_text().replace('msgid "Measures"', '#, fuzzy\nmsgid "Measures"'))

    assert reasons(locale, "en", root) == ["marked as fuzzy"]


@pytest.mark.parametrize(
    ("msgid", "msgstr", "reason"),
    [
        ("Hello %(name)s\n", "Hallo %(Name)s\n", "the placeholders differ (%(Name)s, %(name)s)"),
        ("Hello %(name)s\n", "Hallo %(name)s", "a line break at the beginning or end differs"),
        ("Measures", "<b>Maßnahmen</b>", "the HTML tags differ"),
        ("Measures", " ", "not translated"),
        ("%(n)s meeting", ["%(n)s Sitzung"], "wrong number of plural forms"),
        ("%(n)s meeting", ["Eine Sitzung", "Sitzungen"], "the placeholders differ (%(n)s)"),
        ("Unknown", "Unbekannt", "not in the catalogue"),
    ],
)
def test_fill_refuses_an_unsound_translation(root, locale, msgid, msgstr, reason):
    update_catalogue(locale, "de", collect(root))

    refused = give(locale, "de", msgid, msgstr)

    assert [fault.reason for fault in refused] == [reason]
    assert len(untranslated(locale, "de")) == 6


def test_fill_lets_the_form_for_one_leave_out_the_number(root, locale):
    update_catalogue(locale, "de", collect(root))

    refused = give(locale, "de", "%(n)s meeting", ["Eine Sitzung", "%(n)s Sitzungen"])

    assert refused == []


@pytest.mark.parametrize(
    ("ids", "is_refused"),
    [
        (("%d entry erased.", "%d entries erased."), True),  # ngettext(…) % count would fail
        (("One measure stays.", "%d measures stay."), False),
    ],
)
def test_form_for_one_keeps_a_number_that_is_filled_in_by_position(root, locale, ids, is_refused):
    update_catalogue(locale, "de", collect(root))
    message = Message(ids)

    reasons = list(
        faults_of_entry(message, ("Ein Eintrag.", "%d Einträge."), read_catalogue(locale, "de"))
    )

    assert bool(reasons) == is_refused


def test_untranslated_tells_which_numbers_a_form_is_for(root, locale):
    update_catalogue(locale, "pl", collect(root))

    rows = untranslated(locale, "pl")

    assert rows[0] == {
        "id": 1,
        "msgid": "%(count)d goal",
        "plural": "%(count)d goals",
        "context": None,
        "comment": None,
        "numbers": ["1", "2, 3, 4, 22", "0, 5, 6, 7"],
        "msgstr": ["", "", ""],
    }
    assert rows[4] == {
        "id": 5,
        "msgid": "May",
        "plural": None,
        "context": "month",
        "comment": None,
        "msgstr": "",
    }


def test_filling_all_that_is_untranslated_completes_a_catalogue(root, locale):
    update_catalogue(locale, "de", collect(root))
    rows = untranslated(locale, "de")
    for row in rows:
        row["msgstr"] = [row["msgid"], row["plural"]] if row["plural"] else row["msgid"]

    assert fill_catalogue(locale, "de", rows) == []

    assert untranslated(locale, "de") == []
    assert reasons(locale, "de", root) == []
