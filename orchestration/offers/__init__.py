"""What publishers offer, and the client that downloads it."""
