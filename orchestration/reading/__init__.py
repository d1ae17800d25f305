"""Files as printed: sheets, tables, delimited text, records and periods."""
