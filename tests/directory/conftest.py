import pytest
from django.utils import timezone

from directory.models import ContactPoint


@pytest.fixture
def make_place(db):
    def make(slug="amt", *, public=True, **fields):
        fields.setdefault("name_de", slug.title())
        fields.setdefault("summary_de", "Hilfe bei vielem.")
        return ContactPoint.objects.create(
            slug=slug, published_at=timezone.now() if public else None, **fields
        )

    return make
