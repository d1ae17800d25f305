"""Rules: each module gives the relations or findings of one kind. A rule speaks only where no fair reading is true."""
