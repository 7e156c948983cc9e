"""The curated languages: what the file says, checked against CLDR, and how it is loaded."""

from datetime import UTC, datetime

import pytest
import yaml
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from directory.language_table import FILE, FOLDER, fold, load_languages
from directory.models import Language, LanguageAlias, LanguageCover
from kit_portal.common.loading import LoadError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROWS = yaml.safe_load((FOLDER / FILE).read_text(encoding="utf-8"))["languages"]
# CLDR gives the codes of these groups to one of their members.
OWN_CODE = {"sh", "tl", "tw"}
# Where the table knows better than CLDR, or writes the word for the language and not the people.
OWN_AUTONYM = {"apc", "bal", "bm", "ckb", "ff", "rhg", "sdh", "shi"}
INSULTS = ("zigeuner", "gypsy", "cygan", "cigan", "цыган", "циган", "غجر", "çingene", "danakil")


def write_table(folder, text):
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_table_has_what_pools_ask_for():
    asked = "kmr ckb zza apc acm arz ary pes prs haz ps ti tig am om so sq sr hr bs rmn rmy ff mnk"

    missing = set(asked.split()) - {row["tag"] for row in ROWS}

    assert missing == set()


def test_table_tags_and_codes_are_unique():
    tags = [row["tag"] for row in ROWS]
    codes = [row["iso639_3"] for row in ROWS]

    assert sorted(tags) == sorted(set(tags))
    assert sorted(codes) == sorted(set(codes))


def test_table_codes_belong_to_their_tags():
    two_letters = get_global("language_aliases")

    wrong = [
        (row["tag"], row["iso639_3"])
        for row in ROWS
        if row["tag"] not in OWN_CODE
        and row["tag"] not in (row["iso639_3"], two_letters.get(row["iso639_3"]))
    ]

    assert wrong == []


def test_table_autonyms_agree_with_cldr():
    known = {
        row["tag"]: (fold(row["autonym"]), fold(Locale.parse(row["tag"]).get_language_name()))
        for row in ROWS
        if row["tag"] in set(locale_identifiers()) - OWN_AUTONYM
    }

    wrong = {
        tag: pair for tag, pair in known.items() if not (pair[0] in pair[1] or pair[1] in pair[0])
    }

    assert len(known) > 70
    assert wrong == {}


def test_table_names_insult_nobody():
    words = [
        word.casefold()
        for row in ROWS
        for word in (*row["name"].values(), row.get("autonym", ""), *row.get("aliases", []))
    ]

    assert [word for word in words if any(insult in word for insult in INSULTS)] == []


def test_table_right_to_left_goes_with_the_script():
    wrong = [
        row["tag"]
        for row in ROWS
        if (row.get("script") == "Arab") != bool(row.get("right_to_left"))
        and row["tag"] not in {"he", "syr", "aii", "tru", "ajp"}
    ]

    assert wrong == []


def test_table_parents_cannot_be_asked_for():
    by_tag = {row["tag"]: row for row in ROWS}
    parents = {row["parent"] for row in ROWS if "parent" in row}

    assert parents == {"ar", "fa", "ku", "rom", "sh", "syr", "zh"}
    assert {tag for tag in parents if by_tag[tag].get("requestable", True)} == set()


def test_table_other_names_belong_to_one_language():
    owners = {}
    for row in ROWS:
        for word in row.get("aliases", []):
            owners.setdefault(fold(word), []).append(row["tag"])
        for word in (row["name"]["de"], row["name"]["en"]):
            owners.setdefault(fold(word), []).append(row["tag"])

    shared = {word: tags for word, tags in owners.items() if len(set(tags)) > 1}

    assert shared == {}


def test_table_covers_are_directed():
    covers = {row["tag"]: row.get("covers", {}) for row in ROWS}

    assert covers["hr"]["sr"] == "full"
    assert covers["ary"]["apc"] == "ask"
    assert "ary" not in covers["apc"]


@pytest.mark.parametrize(
    ("typed", "same"),
    [("Kurmancî", "KURMANCI "), ("Türkçe", "turkce"), ("فارسي", "فارسی"), ("Łotewski", "lotewski")],
)
def test_fold_ignores_case_marks_and_letter_forms(typed, same):
    assert fold(typed) == fold(same)


def test_load_languages_writes_the_whole_table(db):
    load_languages(now=NOW)

    sorani = Language.objects.get(tag="ckb")
    assert Language.objects.count() == len(ROWS)
    assert (sorani.name_de, sorani.name_ar) == (
        "Sorani (Zentralkurdisch)",
        "السورانية (الكردية الوسطى)",
    )
    assert (sorani.parent.tag, sorani.is_right_to_left, sorani.is_requestable) == ("ku", True, True)
    assert LanguageAlias.objects.get(text="Zentralkurdisch").language == sorani
    assert LanguageCover.objects.get(have=sorani, need__tag="kmr").quality == "ask"
    assert Language.objects.get(tag="ajp").retired_by.tag == "apc"


def test_load_languages_again_changes_nothing(db):
    load_languages(now=NOW)

    again = load_languages(now=NOW)

    assert again.is_unchanged


def test_load_languages_keeps_what_the_office_added(db):
    load_languages(now=NOW)
    tigrinya, tigre = Language.objects.get(tag="ti"), Language.objects.get(tag="tig")
    LanguageAlias.objects.filter(text="Eritreisch").update(language=tigre)
    LanguageAlias.objects.create(language=tigrinya, text="Habescha")
    Language.objects.create(tag="gsg", name_de="Deutsche Gebärdensprache")

    load_languages(now=NOW)

    assert LanguageAlias.objects.get(text="Eritreisch").language == tigre
    assert LanguageAlias.objects.get(text="Habescha").language == tigrinya
    assert Language.objects.filter(tag="gsg").count() == 1


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{tag: xx}", "languages.yaml, language xx: “name” is missing"),
        (
            "{tag: xx, name: X, parent: yy}",
            "languages.yaml, language xx: “parent” names “yy”, which is no language of the table",
        ),
        (
            "{tag: xx, name: X, parent: de}",
            "languages.yaml, language xx: its parent “de” has to be “requestable: no”",
        ),
        (
            "{tag: xx, name: X, aliases: [Teutsch]}",
            "languages.yaml, language xx: “Teutsch” is another name of “de” already",
        ),
        (
            "{tag: xx, name: X, covers: {de: good}}",
            "languages.yaml, language xx: “covers, de” is “good”, not one of full, partial, ask",
        ),
        (
            "{tag: xx, name: X, requestible: no}",
            "languages.yaml, language xx: “requestible” is not known here; known are aliases, "
            "autonym, covers, iso639_3, name, parent, requestable, retired_by, right_to_left, "
            "script, tag",
        ),
    ],
)
def test_load_languages_names_the_entry_that_is_wrong(db, tmp_path, entry, message):
    german = "{tag: de, name: Deutsch, aliases: [Teutsch]}"
    folder = write_table(tmp_path, f"languages:\n- {german}\n- {entry}\n")

    with pytest.raises(LoadError) as error:
        load_languages(now=NOW, folder=folder)

    assert str(error.value) == message
    assert Language.objects.count() == 0
