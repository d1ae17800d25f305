"""The report as a site of static pages: tables, sentences made from the numbers, charts, and the way to every cell.

It needs no server, no script and no other host: pages link to each other by their place. What a sentence may say
follows from the numbers: "rose" and "fell" of a change that is significant, and of no other.
"""
