"""Readers of documents: each gives the blocks of one kind of file, in a process of its own."""
