"""Dagster's own records: runs that were lost, runs that are old, and its log of events."""
