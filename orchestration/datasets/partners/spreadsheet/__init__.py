"""The spreadsheet of a return: what it asks for, the periods that it lists, and what is checked when it comes back."""
