"""Writers of documents: sheets."""
