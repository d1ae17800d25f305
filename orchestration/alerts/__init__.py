"""Messages to those who look after the warehouse, and their delivery."""
