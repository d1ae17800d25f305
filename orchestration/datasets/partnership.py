"""What the seeds say of the partnership: where its own figures are published, and its police force."""

from orchestration.validation.cells import seed


def _first_edition() -> dict[str, str]:
    return min(seed("editions.csv"), key=lambda row: row["edition"])


def own_licence() -> str:
    """How figures that partners gave for the partnership's report may be used: they were published in its first one."""
    edition = _first_edition()
    title = edition["title"]
    return f"Published in the {edition['partnership']} {title[:1].lower()}{title[1:]}"


def own_page() -> str:
    """The partnership's page on the web."""
    return _first_edition()["website"]
