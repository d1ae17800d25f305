"""Releases in raw/, their origin, and those that are set aside."""
