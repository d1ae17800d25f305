"""The words that officers write for an edition: blocks of Markdown whose numbers are references to figures."""
