"""The entries that cells may name: all of them at once, by short address and by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Model

from directory.models import Organisation, Quarter, Topic
from kit_portal.common.folding import fold
from kit_portal.common.translation_queries import column
from measures.models import TargetGroup

NAME = column("name", settings.LANGUAGE_CODE)


@dataclass
class Register:
    label: str
    rows: dict[str, Model] = field(default_factory=dict)  # by short address
    names: dict[str, str] = field(default_factory=dict)  # folded → as written
    _slugs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def slugs_of(self, name: str) -> list[str]:
        """Return the short addresses that ``name`` may mean; several where names are alike."""
        return [name] if name in self.rows else sorted(self._slugs.get(fold(name), ()))

    def add(self, row: Model, slug: str, names: Iterable[str | None]) -> None:
        self.rows[slug] = row
        for name in filter(None, (*names, slug)):
            self._slugs[fold(name)].add(slug)
            self.names.setdefault(fold(name), name)  # the name, rather than the address


Directory = dict[str, Register]


def load_directory() -> Directory:
    """Return the registers by name, with one query for each."""
    organisations = _register(Organisation)
    for organisation in Organisation.objects.all():
        organisations.add(
            organisation, organisation.slug, (organisation.name, organisation.short_name)
        )
    topics, groups = _register(Topic), _register(TargetGroup)
    for topic in Topic.objects.all():
        topics.add(topic, topic.slug, (getattr(topic, NAME),))
    for group in TargetGroup.objects.all():
        groups.add(group, group.slug, (getattr(group, NAME),))
    quarters = _register(Quarter)
    for quarter in Quarter.objects.all():
        quarters.add(quarter, quarter.slug, (quarter.name,))
    return {
        "organisations": organisations,
        "topics": topics,
        "target_groups": groups,
        "quarters": quarters,
    }


def _register(model: type[Model]) -> Register:
    return Register(str(model._meta.verbose_name_plural))
