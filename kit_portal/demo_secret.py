"""A secret key for the demo, made once per installation, so that none stands in the code."""

import secrets
from contextlib import suppress
from pathlib import Path


def demo_secret(folder: Path) -> str:
    """Return the key kept in ``folder``; make it at the first call."""
    path = folder / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: the first to link its file wins, both read that one.
        draft = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        draft.write_text(secrets.token_urlsafe(48))
        draft.chmod(0o600)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
