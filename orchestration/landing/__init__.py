"""Releases in raw/ read into landing/, and the fingerprints that say what has changed."""
