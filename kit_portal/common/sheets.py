"""Tables for spreadsheets: what every CSV file of the portal needs."""

# What a spreadsheet takes for a formula (OWASP, “CSV Injection”).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


def harmless(cell: object) -> str:
    """Return the cell's text so that no spreadsheet runs it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
