"""Pages of the welcome site: a tree of what a newcomer has to know, in the order of the office.

A page is public only while everything above it is: ``publish`` wants a public parent, ``withdraw``
takes the branch along, ``clean`` refuses to move a public page below a draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from directory.models import ContactPoint, Topic
from kit_portal.common.models import Publishable, PublishableQuerySet


@dataclass(frozen=True)
class Branch:
    page: Page
    below: list[Page]


class PageQuerySet(TreeQuerySet, PublishableQuerySet):
    def top(self) -> Self:
        return self.filter(parent=None)

    def ordinary(self) -> Self:
        """Without imprint, privacy and the other fixed pages."""
        return self.filter(key__isnull=True)

    def on_home(self) -> Self:
        return self.filter(show_on_home=True)

    def in_tree_order(self) -> Self:
        """Each page below its parent, siblings by position; adds ``tree_depth``, ``tree_path``."""
        pages: Self = self.with_tree_fields().order_by("tree_ordering")
        return pages

    def branches(self) -> list[Branch]:
        """Return the top pages, each with the pages directly below it, in one query."""
        branches: list[Branch] = []
        for page in self.filter(tree_depth__lte=1):
            if page.tree_depth == 0:
                branches.append(Branch(page, []))
            elif branches and branches[-1].page.pk == page.parent_id:
                branches[-1].below.append(page)
        return branches

    def above(self, page: Page) -> list[Page]:
        """Return the pages from the top down to the one that holds ``page``, read with its path."""
        return list(self.ancestors(page)) if page.parent_id else []

    def below(self, page: Page) -> Self:
        return self.filter(parent=page)

    def branch_of(self, page: Page) -> Self:
        branch: Self = self.descendants(page, include_self=True)
        return branch

    def unreviewed_since(self, day: date) -> Self:
        """Public pages that nobody has checked since ``day``, or never."""
        return self.published().filter(
            models.Q(reviewed_on__isnull=True) | models.Q(reviewed_on__lt=day)
        )


class Page(TreeNode, Publishable):
    class Key(models.TextChoices):
        IMPRINT = "imprint", _("Imprint")
        PRIVACY = "privacy", _("Privacy")
        ACCESSIBILITY = "accessibility", _("Accessibility")
        EASY_LANGUAGE = "easy-language", _("Easy language")

    class Icon(models.TextChoices):
        INFO = "info", _("Information")
        HOME = "home", _("Arriving")
        HOUSE = "house", _("Housing")
        SPEECH = "speech", _("Language")
        BRIEFCASE = "briefcase", _("Work")
        SCHOOL = "school", _("School and training")
        HEALTH = "health", _("Health")
        FAMILY = "family", _("Family and children")
        LAW = "law", _("Law and residence")
        PEOPLE = "people", _("Living together")
        HEART = "heart", _("Volunteering")
        HANDSHAKE = "handshake", _("Counselling")
        BOOK = "book", _("Learning")
        MAP_PIN = "map-pin", _("Places")
        CALENDAR = "calendar", _("Dates")
        DOCUMENT = "document", _("Documents")
        PHONE = "phone", _("Emergency")
        GLOBE = "globe", _("World")

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    key = models.CharField(
        _("fixed page"),
        max_length=16,
        choices=Key.choices,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Only for the pages that the footer links to."),
    )
    icon = models.CharField(_("icon"), max_length=16, choices=Icon.choices, default=Icon.INFO)

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=240, blank=True, help_text=_("One sentence for lists and tiles.")
    )
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    contact_points = models.ManyToManyField(
        ContactPoint, verbose_name=_("contact points"), blank=True, related_name="pages"
    )
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="pages"
    )

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    show_on_home = models.BooleanField(
        _("tile on the home page"), default=False, help_text=_("Works for pages of the top level.")
    )
    reviewed_on = models.DateField(
        _("last checked on"), null=True, blank=True, help_text=_("The day somebody read it whole.")
    )

    objects = models.Manager.from_queryset(PageQuerySet)()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ("position", "slug")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(key__isnull=True) | models.Q(slug=models.F("key")),
                name="welcome_fixed_page_address",
                violation_error_message=_("The short address of a fixed page is its key."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="welcome_page_not_below_itself",
                violation_error_message=_("A page cannot stand below itself."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("welcome:page", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.is_published and self.parent is not None and not self.parent.is_published:
            raise ValidationError({"parent": _("A public page cannot stand below a draft.")})

    def publish(self, *, at: datetime, by: Any = None) -> None:
        """Make public; raise ``ValidationError`` while the page above is a draft."""
        if self.parent is not None and not self.parent.is_published:
            raise ValidationError(_("Publish the page above first."))
        super().publish(at=at, by=by)

    def withdraw(self) -> None:
        """Take this page and everything below it from the public."""
        branch = type(self).objects.branch_of(self).values_list("pk", flat=True)
        type(self).objects.filter(pk__in=list(branch)).update(published_at=None, published_by=None)
        self.published_at = self.published_by = None

    def review(self, *, on: date) -> None:
        self.reviewed_on = on
        self.save(update_fields=["reviewed_on", "modified_at"])
