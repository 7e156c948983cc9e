import pytest
from django.urls import reverse, translate_url
from django.utils.translation import override

from kit_portal.common.addresses import in_language


@pytest.mark.parametrize("code", ["de", "de-simple", "ar"])
def test_in_language_says_the_same_as_translate_url(code):
    with override("en"):
        path = reverse("welcome:page", args=["en"])

        assert in_language(path, code) == translate_url(path, code)
