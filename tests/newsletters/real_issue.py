"""An issue as the office sends it: an intro, an event, a job, own words, in four languages."""

from datetime import timedelta

from tests.newsletters.making import NOW, make_issue, make_item

SUBJECTS = {
    "de": "Zusammenleben in der Stadt: Woche 48",
    "en": "Living together in the city: week 48",
    "ar": "العيش معا في المدينة: الأسبوع 48",
    "fa": "زندگی با هم در شهر: هفته ۴۸",
}
INTROS = {
    "de": "Guten Tag,\n\nin dieser Woche lädt das Sprachcafé ein, und zwei Stellen sind frei.",
    "en": "Good morning,\n\nthis week the language café invites you, and two jobs are open.",
    "ar": "صباح الخير،\n\nيدعوكم مقهى اللغة هذا الأسبوع، وهناك وظيفتان شاغرتان.",
    "fa": "روز بخیر،\n\nاین هفته کافه زبان شما را دعوت می‌کند و دو شغل خالی است.",
}
EVENTS = {
    "de": ("Sprachcafé am Hafen", "Wir sprechen Deutsch, **ohne** Anmeldung und ohne Kosten."),
    "en": ("Language café at the harbour", "We speak German, **no** registration, no charge."),
    "ar": ("مقهى اللغة في الميناء", "نتحدث الألمانية **دون** تسجيل ودون رسوم."),
    "fa": ("کافه زبان در بندر", "آلمانی حرف می‌زنیم، **بدون** ثبت‌نام و بدون هزینه."),
}
JOBS = {
    "de": (
        "Fachkraft für Migrationsberatung",
        "Der Verein sucht ab Januar, 30 Stunden:\n\n- A\n- B",
    ),
    "en": ("Migration adviser", "The association is looking for someone from January:\n\n- A\n- B"),
    "ar": ("مستشار لشؤون الهجرة", "تبحث الجمعية عن موظف ابتداء من يناير:\n\n- أ\n- ب"),
    "fa": ("مشاور مهاجرت", "انجمن از ژانویه همکار می‌جوید:\n\n- الف\n- ب"),
}


def make_real_issue(newsletter):
    """Return the issue; what is missing in a language is left to its German text."""
    issue = make_issue(
        newsletter,
        **{f"subject_{code}": text for code, text in SUBJECTS.items()},
        **{f"intro_{code}": text for code, text in INTROS.items()},
    )
    event = {"kind": "event", "url": "/de/events/sprachcafe/", "place": "Norderhofenden 1"}
    make_item(issue, **event, **_words(EVENTS), starts_at=NOW + timedelta(days=4))
    make_item(issue, kind="announcement", url="/de/announcements/beratung/", **_words(JOBS))
    make_item(issue, title_de="Nur auf Deutsch", text_de="Die [Liste](/de/events/) ist neu.")
    return issue


def _words(texts):
    titles = {f"title_{code}": title for code, (title, _text) in texts.items()}
    return titles | {f"text_{code}": text for code, (_title, text) in texts.items()}
