"""A made-up partnership to look at: its seeds, its words, and ten years of releases in its publishers' own layouts."""
