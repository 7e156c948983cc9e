import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from directory.colours import (
    DARK_GROUND,
    LEAST_CONTRAST,
    contrast,
    lightened_for,
    theme_css,
    validate_accent,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@given(colours)
def test_every_accent_is_readable_on_the_dark_ground(colour):
    assert contrast(lightened_for(colour, DARK_GROUND), DARK_GROUND) >= LEAST_CONTRAST


@given(colours)
def test_accent_is_accepted_exactly_when_white_text_is_readable_on_it(colour):
    if contrast(colour, "#ffffff") >= LEAST_CONTRAST:
        validate_accent(colour)
    else:
        with override("en"), pytest.raises(ValidationError, match="darker"):
            validate_accent(colour)


@pytest.mark.parametrize("wrong", ["red", "#12345", "#12345g", "#1234567"])
def test_accent_that_is_no_colour_is_refused_with_the_remedy(wrong):
    with override("en"), pytest.raises(ValidationError, match="six digits"):
        validate_accent(wrong)


def test_theme_follows_the_office(client, office):
    office.accent = "#7a0b3b"
    office.save()

    response = client.get("/theme.css")

    assert response["Content-Type"] == "text/css"
    assert response.content.decode() == theme_css("#7a0b3b")
