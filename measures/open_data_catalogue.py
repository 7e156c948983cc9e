"""Entries for open-data portals, as JSON-LD.

Source: DCAT-AP.de 3.0 and its handbook of conventions (which key stands for which place, how a
licence is named); vocabularies of the Publications Office of the European Union.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from directory.models import Office
from measures.open_data import KEYWORDS, PACKAGE, description_of, sha256_of, title_of
from measures.open_data_tables import TABLES
from measures.report_entries import Report

CATALOGUE = "catalog.jsonld"
ENTRY = "dcat.jsonld"
AUTHORITY = "http://publications.europa.eu/resource/authority"
DCAT_AP_DE = "http://dcat-ap.de/def"
LICENCE = f"{DCAT_AP_DE}/licenses/cc-by/4.0"
THEMES = ("SOCI", "GOVE")
LANGUAGE = {"@id": f"{AUTHORITY}/language/DEU"}
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Which kind of key the municipality's number is, by its length, and the level it stands for.
GEOCODING = {
    5: ("districtKey", "administrativeDistrict"),
    8: ("municipalityKey", "municipality"),
    12: ("regionalKey", "municipality"),
}

Node = dict[str, Any]


@dataclass(frozen=True)
class OpenReport:
    """A report with its address. ``adopted_at`` is None only where a report is tried out."""

    report: Report
    slug: str
    version: int = 1
    adopted_at: datetime | None = None

    def address(self, name: str) -> str:
        """Return the stable, absolute address of one of its files."""
        return absolute("measures:open_data", self.slug, self.report.year, name)


def absolute(view: str, *args: Any) -> str:
    """Addresses in metadata do not change with the language of whoever fetches them."""
    with override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse(view, args=args)}"


def entry_of(found: OpenReport, files: dict[str, bytes], *, office: Office) -> Node:
    """Return the report's dataset as a document of its own."""
    return {"@context": CONTEXT, **_dataset(found, files, office=office)}


def catalogue_of(
    datasets: Sequence[tuple[OpenReport, dict[str, bytes]]], *, office: Office
) -> Node:
    """Return the catalogue of all reports, each with its files."""
    return {
        "@context": CONTEXT,
        "@id": absolute("measures:open_data_catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": _german(f"Offene Daten: {office.name}"),
        "dct:description": _german(
            "Umsetzungsberichte zum Integrationskonzept: Maßnahmen, Bewertungen, Kennzahlen."
        ),
        "dct:publisher": _publisher(office),
        "dct:language": LANGUAGE,
        "dct:license": {"@id": LICENCE},
        "foaf:homepage": {"@id": f"{settings.SITE_URL}/", "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": f"{AUTHORITY}/data-theme"},
        "dcat:dataset": [_dataset(found, files, office=office) for found, files in datasets],
    }


def _dataset(found: OpenReport, files: dict[str, bytes], *, office: Office) -> Node:
    report = found.report
    identifier = found.address(ENTRY)
    node: Node = {
        "@id": identifier,
        "@type": "dcat:Dataset",
        "dct:identifier": identifier,
        "dct:title": _german(title_of(report)),
        "dct:description": _german(description_of(report)),
        "dct:publisher": _publisher(office),
        "dcat:contactPoint": _contact(office),
        "dcat:keyword": [_german(word) for word in KEYWORDS],
        "dcat:theme": [{"@id": f"{AUTHORITY}/data-theme/{theme}"} for theme in THEMES],
        "dct:language": LANGUAGE,
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"},
        "dct:accrualPeriodicity": {
            "@id": f"{AUTHORITY}/frequency/{'NEVER' if found.adopted_at else 'IRREG'}"
        },
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(date(report.year, 1, 1)),
            "dcat:endDate": _day(date(report.year, 12, 31)),
        },
        "dct:modified": _day(found.adopted_at.date() if found.adopted_at else report.made_on),
        "dcat:landingPage": {
            "@id": absolute("measures:concept", found.slug),
            "@type": "foaf:Document",
        },
        "dcat:version": str(found.version),
        "dcat:distribution": [
            _distribution(found, name, content, office=office) for name, content in files.items()
        ],
    }
    if found.adopted_at:
        node["dct:issued"] = _day(found.adopted_at.date())
    return node | _place(office) | _contributor()


def _distribution(found: OpenReport, name: str, content: bytes, *, office: Office) -> Node:
    kind, media_type = ("JSON", "application/json") if name == PACKAGE else ("CSV", "text/csv")
    address = found.address(name)
    titles = {f"{table.name}.csv": table.german for table in TABLES}
    return {
        "@id": f"{address}#file",
        "@type": "dcat:Distribution",
        "dct:title": _german(titles.get(name, "Beschreibung der Tabellen (Data Package)")),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{kind}"},
        "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{media_type}"},
        "dct:license": {"@id": LICENCE},
        "dcatde:licenseAttributionByText": _german(f"{office.municipality}, {office.name}"),
        "dcatap:availability": {"@id": f"{AUTHORITY}/planned-availability/STABLE"},
        "dct:language": LANGUAGE,
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(content))},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": sha256_of(content)},
        },
    }


def _publisher(office: Office) -> Node:
    node: Node = {
        "@id": f"{settings.SITE_URL}/#office",
        "@type": ["foaf:Organization", "foaf:Agent"],
        "foaf:name": _german(f"{office.municipality}, {office.name}"),
    }
    return node | ({"foaf:homepage": {"@id": office.website}} if office.website else {})


def _contact(office: Office) -> Node:
    node: Node = {"@type": "vcard:Organization", "vcard:fn": office.name}
    if office.email:
        node["vcard:hasEmail"] = {"@id": f"mailto:{office.email}"}
    node["vcard:hasURL"] = {"@id": office.website or f"{settings.SITE_URL}/"}
    return node


def _place(office: Office) -> Node:
    kind, level = GEOCODING.get(len(office.municipality_key), ("", ""))
    if not kind:
        return {}
    place = {"@id": f"{DCAT_AP_DE}/politicalGeocoding/{kind}/{office.municipality_key}"}
    return {
        "dcatde:politicalGeocodingURI": place,
        "dcatde:politicalGeocodingLevelURI": {
            "@id": f"{DCAT_AP_DE}/politicalGeocoding/Level/{level}"
        },
        "dct:spatial": place,
    }


def _contributor() -> Node:
    """GovData gives the identifier to whoever delivers data there."""
    name = settings.OPEN_DATA_CONTRIBUTOR_ID
    return {"dcatde:contributorID": {"@id": f"{DCAT_AP_DE}/contributors/{name}"}} if name else {}


def _german(text: str) -> Node:
    return {"@language": "de", "@value": str(text)}


def _day(day: date) -> Node:
    return {"@type": "xsd:date", "@value": day.isoformat()}
