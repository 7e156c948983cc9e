import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit_portal.common.folding import contains_words, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Größe", "grosse"),
        ("Straße", "STRASSE"),
        ("Büro", "Buero"),
        ("Łódź", "lodz"),
        ("Їжа", "їжа"),
        ("إقامة", "اقامه"),
        ("کتاب", "كتاب"),
        ("Iğdır", "igdir"),
        ("  zwei   Wörter ", "zwei wörter"),
    ],
)
def test_fold_makes_spellings_of_one_word_equal(one, other):
    assert fold(one) == fold(other)


def test_fold_keeps_different_words_apart():
    assert fold("Wohnung") != fold("Wohngeld")


@given(st.text())
def test_fold_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(min_size=1))
def test_contains_words_finds_a_text_in_itself(text):
    assert contains_words(text, text)


def test_contains_words_wants_every_word():
    assert contains_words("Beratung für Frauen", "frauen beratung")
    assert not contains_words("Beratung für Frauen", "frauen sport")
