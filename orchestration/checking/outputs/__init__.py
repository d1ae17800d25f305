"""The files that a check writes: a page with marks, and the Word file with comments."""
