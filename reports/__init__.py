"""Everything that people look at: figures, tables, the document, the pages of the app."""
