"""The police force."""
