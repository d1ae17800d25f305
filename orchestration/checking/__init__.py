"""A draft, checked before it is printed: read, numbers bound to what they mean, contradictions found and shown."""
