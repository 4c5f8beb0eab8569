"""How much of a document is read. Real plans are far smaller; whoever sends more means harm,
or has picked the wrong file, and one officer's file must not stop a whole machine."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

MAX_FILE_BYTES = 20 * MEGABYTE
MAX_PAGES = 150
MAX_ROWS = 50_000  # or lines, or paragraphs
MAX_COLUMNS = 200
MAX_CELLS = 4_000_000  # of one sheet, the empty ones too, which take as long to pass by
MAX_CELL_CHARS = 50_000  # Excel itself stops at 32,767
MAX_ROW_CHARS = 500_000

# Of one part of an office file, once inflated. A sheet of MAX_ROWS usual rows has about 60 MB; it
# is streamed. A Word document becomes a tree of about five times its size.
MAX_SHEET_BYTES = 120 * MEGABYTE
MAX_WORD_BYTES = 20 * MEGABYTE
MAX_WORD_ELEMENTS = 600_000  # "<w:p/>" is six bytes in the file and 200 in the tree
MAX_SMALL_PART_BYTES = 4 * MEGABYTE

MAX_TROUBLES = 500  # of one kind on one sheet: the first is enough to refuse it
