"""What a release must satisfy by itself: checks of the cells that a reader returns, where sheet and cell are known."""
