"""What the partnership publishes, made from the served warehouse: a site, a workbook and a data package."""
