"""A refresh, its status, and where figures come from."""
