"""CSV for spreadsheets: UTF-8 with a mark for Excel, and text that stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

LIVE = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def inert(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what would start one, plain numbers apart.

    Source: OWASP, CSV Injection.
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(LIVE) and not NUMBER.fullmatch(text) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Head and rows as the bytes of a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([inert(c) for c in head])
    writer.writerows([inert(c) for c in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
