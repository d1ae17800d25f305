"""Home Office."""
