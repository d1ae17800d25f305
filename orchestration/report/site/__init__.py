"""The report as a static site: tables, sentences made from the numbers, charts, and links to the source of each cell.

It needs no server and no other host: pages link to each other by relative addresses, and are whole without the script
that sorts and filters their tables. The numbers decide what a sentence says: "rose" and "fell" are used only for
statistically significant changes, or as the source published them.
"""
