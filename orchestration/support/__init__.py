"""Helpers for every package, with nothing specific to the domain."""
