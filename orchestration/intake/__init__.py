"""Files on their way to raw/: recognised, tried and placed, or fetched from their publishers."""
