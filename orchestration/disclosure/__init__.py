"""The public edition, without what must not be given away."""
