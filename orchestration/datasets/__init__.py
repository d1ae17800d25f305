"""The datasets, by publisher: one module each, which declares how its releases are read."""
