from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit_portal.common.tables import MAX_BYTES, read_sheets
from measures.tables.headings import sections_of
from measures.tables.kinds import KINDS

FAULTS_SHOWN = 20


class TableUploadForm(forms.Form):
    """A file that can be read and whose columns are known; ``rows`` counts what it holds."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), up to %d MB.") % (MAX_BYTES // 1024 // 1024),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    table = forms.ChoiceField(
        label=_("What is in the file?"),
        required=False,
        help_text=_("Needed only where the headings do not say it."),
    )

    rows = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        tables: Any = self.fields["table"]
        tables.choices = [
            ("", gettext("As the headings say")),
            *((kind.name, f"{kind.label} ({kind.name})") for kind in KINDS.values()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file: UploadedFile[Any] | None = cleaned.get("file")
        if file is None:
            return cleaned
        tables = read_sheets(file, name=file.name or "")  # type: ignore[arg-type]
        sections, faults = sections_of(tables, chosen=cleaned.get("table", ""))
        if faults:
            listed = [ValidationError(str(fault)) for fault in faults[:FAULTS_SHOWN]]
            if (more := len(faults) - FAULTS_SHOWN) > 0:
                listed.append(ValidationError(gettext("And %d more of the kind.") % more))
            self.add_error("file", ValidationError(listed))
        self.rows = sum(len(section.table.rows) for section in sections)
        file.seek(0)
        return cleaned
