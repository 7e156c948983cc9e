"""Unpack the Noto Sans subsets for PDFs: woff2 to TTF, and the style sheet that names them.

Called by build_assets.sh with the folder of node modules and the target; needs fonttools, brotli.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

# package, subset, weight, style; the order of the subsets is the order of fallback
FACES = [
    ("noto-sans", "latin", 400, "normal"),
    ("noto-sans", "latin", 400, "italic"),
    ("noto-sans", "latin", 700, "normal"),
    ("noto-sans", "latin-ext", 400, "normal"),
    ("noto-sans", "latin-ext", 700, "normal"),
    ("noto-sans", "cyrillic", 400, "normal"),
    ("noto-sans", "cyrillic", 700, "normal"),
    ("noto-sans", "cyrillic-ext", 400, "normal"),
    ("noto-sans", "cyrillic-ext", 700, "normal"),
    ("noto-sans-arabic", "arabic", 400, "normal"),
    ("noto-sans-arabic", "arabic", 700, "normal"),
]

HEAD = """\
/* Noto Sans for PDFs, SIL Open Font License 1.1 (OFL*.txt). Built by tools/build_assets.sh.

   Every subset file has a family of its own: WeasyPrint 70 writes garbage when one family is spread
   over several files, with or without unicode-range. TTF, because WeasyPrint decodes woff2 in pure
   Python (about 4 s for these files, each time). */
"""


def main() -> None:
    modules, target = Path(sys.argv[1]) / "@fontsource", Path(sys.argv[2])
    rules = []
    for package, subset, weight, style in FACES:
        name = f"{package}-{subset}-{weight}-{style}"
        font = TTFont(modules / package / "files" / f"{name}.woff2", recalcTimestamp=False)
        font.flavor = None
        file = f"{name.replace('arabic-arabic', 'arabic')}.ttf"
        font.save(target / file)
        rules.append(
            f'@font-face {{ font-family: "P {subset}"; font-weight: {weight}; '
            f"font-style: {style}; src: url({file}); }}"
        )
    families = ", ".join(dict.fromkeys(f'"P {subset}"' for _, subset, _, _ in FACES))
    rules.append(f":root {{ --pdf-fonts: {families}, sans-serif; font-family: var(--pdf-fonts); }}")
    # Only Latin has an italic file; a mixture of slanted and upright letters looks broken.
    rules.append(":root:not(:lang(de)) :is(em, i, cite) { font-style: normal; font-weight: 700; }")
    (target / "fonts.css").write_text(HEAD + "\n".join(rules) + "\n")
    shutil.copy(modules / "noto-sans" / "LICENSE", target / "OFL.txt")
    shutil.copy(modules / "noto-sans-arabic" / "LICENSE", target / "OFL-Arabic.txt")


if __name__ == "__main__":
    main()
