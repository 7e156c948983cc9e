"""What a PDF paints, read back."""

import re

import pikepdf

# Operators of text (ISO 32000-1, 9.4.3).
SHOWING = {"Tj", "TJ"}


def painted(page):
    """Yield the texts painted on ``page``, in their order, drawings included."""
    yield from _painted(page, page.Resources)


def _painted(stream, resources):
    font = None
    for operands, operator in pikepdf.parse_content_stream(stream):
        if str(operator) == "Tf":
            font = resources.Font[str(operands[0])]
        elif str(operator) in SHOWING:
            shown = operands[0] if str(operator) == "TJ" else [operands[0]]
            codes = b"".join(bytes(part) for part in shown if isinstance(part, pikepdf.String))
            glyphs = [int.from_bytes(codes[i : i + 2]) for i in range(0, len(codes), 2)]
            meaning = _meaning(font)
            yield "".join(meaning.get(glyph, "") for glyph in glyphs)
        elif str(operator) == "Do":
            form = resources.XObject[str(operands[0])]
            if form.Subtype == "/Form":
                yield from _painted(form, form.get("/Resources", resources))


def _meaning(font):
    """Return what each glyph number stands for (ToUnicode)."""
    table = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", table.partition("beginbfchar")[2])
    return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
