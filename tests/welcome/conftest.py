from datetime import timedelta

import pytest
from django.utils import timezone

from welcome.models import Announcement, Event, Page


@pytest.fixture
def make_page(db):
    def make(slug="ankommen", *, public=True, **fields):
        fields.setdefault("title_de", slug.title())
        return Page.objects.create(
            slug=slug, published_at=timezone.now() if public else None, **fields
        )

    return make


@pytest.fixture
def make_event(db):
    def make(slug="fest", *, public=True, **fields):
        fields.setdefault("title_de", slug.title())
        fields.setdefault("starts_at", timezone.now() + timedelta(days=3))
        return Event.objects.create(
            slug=slug, published_at=timezone.now() if public else None, **fields
        )

    return make


@pytest.fixture
def make_announcement(db):
    def make(slug="neues", *, public=True, **fields):
        fields.setdefault("title_de", slug.title())
        fields.setdefault("text_de", "Text.")
        return Announcement.objects.create(
            slug=slug, published_at=timezone.now() if public else None, **fields
        )

    return make
