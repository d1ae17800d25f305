"""Office for National Statistics."""
