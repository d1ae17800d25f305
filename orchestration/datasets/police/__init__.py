"""West Midlands Police."""
