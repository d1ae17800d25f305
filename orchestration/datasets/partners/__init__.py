"""Partners of the partnership."""
