"""The report as a Word document: cover, contents, sections, words, tables and charts."""
