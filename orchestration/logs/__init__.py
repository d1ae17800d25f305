"""What the program writes down of itself: a line for each step of a refresh, and the stack of each fault."""
