"""Refreshing, the status, and explaining where figures come from."""
