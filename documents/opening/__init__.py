"""Office files opened safely, as one stream of paragraphs and table rows."""

from documents.blocks import BadDocument, Block, Paragraph, TableRow
from documents.opening.document import Document, Trouble
from documents.opening.opener import open_document

__all__ = [
    "BadDocument",
    "Block",
    "Document",
    "Paragraph",
    "TableRow",
    "Trouble",
    "open_document",
]
