"""What is written down for operators is what the code reads."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
EXAMPLE = (ROOT / ".env.example").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
# Only Compose and gunicorn read these; the settings do not.
NOT_SETTINGS = {"POSTGRES_PASSWORD", "PORT", "WEB_CONCURRENCY"}


def named_in_example():
    return set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def test_example_explains_every_variable_that_settings_read():
    settings = (ROOT / "kit_portal/settings.py").read_text()

    read = set(re.findall(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""", settings))

    assert len(read) >= 15
    assert named_in_example() - NOT_SETTINGS == read


def test_every_service_is_healthy_or_says_why_not_and_is_not_root():
    services = COMPOSE["services"]

    assert sorted(services) == ["beat", "mail", "migrate", "postgres", "redis", "web", "worker"]
    for name in ("mail", "postgres", "redis"):
        assert services[name]["user"] not in {"root", "0"}
        assert "test" in services[name]["healthcheck"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^USER (\w+)", dockerfile, re.MULTILINE) == ["portal"]
    assert "HEALTHCHECK" in dockerfile


def test_no_service_is_open_to_other_machines():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]

    assert len(ports) == 2
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_image_installs_the_same_libraries_for_pdf_as_the_script():
    [wanted] = re.findall(r'^PDF_LIBRARIES="(.*)"', (ROOT / "run").read_text(), re.MULTILINE)

    for path in ("Dockerfile", "docs/operations.md", "kit_portal/common/pdf.py"):
        assert [name for name in wanted.split() if name not in (ROOT / path).read_text()] == []
