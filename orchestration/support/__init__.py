"""What every package uses and nothing of the domain."""
