"""What comes out of a check besides the terminal: a page with marks, and the Word file with comments."""
