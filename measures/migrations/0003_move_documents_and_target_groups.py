from django.core.files.base import ContentFile
from django.db import migrations
from django.utils.text import slugify

LANGUAGES = ("de", "de_simple", "en", "da", "pl", "tr", "ru", "uk", "ar", "fa", "kmr")


def rows_for_texts(apps, schema_editor):
    """Every target group that was written to a measure becomes a row of its own."""
    Measure = apps.get_model("measures", "Measure")
    TargetGroup = apps.get_model("measures", "TargetGroup")
    for measure in Measure.objects.exclude(target_group_de="").exclude(target_group_de=None):
        slug = slugify(measure.target_group_de)[:60] or f"group-{measure.pk}"
        names = {f"name_{code}": getattr(measure, f"target_group_{code}") for code in LANGUAGES}
        group, _created = TargetGroup.objects.get_or_create(
            slug=slug, defaults={"name": measure.target_group_de, **names}
        )
        measure.target_groups.add(group)


def texts_for_rows(apps, schema_editor):
    Measure = apps.get_model("measures", "Measure")
    for measure in Measure.objects.filter(target_groups__isnull=False).distinct():
        groups = list(measure.target_groups.order_by("position", "slug"))
        for code in LANGUAGES:
            names = [name for group in groups if (name := getattr(group, f"name_{code}"))]
            setattr(measure, f"target_group_{code}", ", ".join(names)[:240] or None)
        measure.target_group = measure.target_group_de or ""
        measure.save()


def documents_behind_doors(apps, schema_editor):
    """Move files out of the public folder; one that is lost already must not stop the update."""
    Concept = apps.get_model("measures", "Concept")
    ConceptDocument = apps.get_model("measures", "ConceptDocument")
    for concept in Concept.objects.exclude(document="").exclude(document=None):
        public, name = concept.document.storage, concept.document.name
        if not public.exists(name):
            continue
        with public.open(name) as file:
            content = ContentFile(file.read())
        title = "Das Konzept in der beschlossenen Fassung"
        document = ConceptDocument(concept=concept, title=title, title_de=title)
        document.file.save(name.rpartition("/")[2], content)
        public.delete(name)


def documents_in_public(apps, schema_editor):
    ConceptDocument = apps.get_model("measures", "ConceptDocument")
    for document in ConceptDocument.objects.order_by("-position", "-pk").select_related("concept"):
        with document.file.open() as file:
            content = ContentFile(file.read())
        document.concept.document.save(f"{document.concept.slug}.pdf", content)


class Migration(migrations.Migration):

    dependencies = [
        ("measures", "0002_what_a_concept_holds"),
    ]

    operations = [
        migrations.RunPython(rows_for_texts, texts_for_rows),
        migrations.RunPython(documents_behind_doors, documents_in_public),
    ]
