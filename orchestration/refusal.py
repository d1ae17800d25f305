"""The one error a person is meant to read."""


class Refusal(Exception):
    """Input or state the pipeline will not go on with; its text is the whole message for a person.

    The text says where (file, sheet, line or cell), what was found, what was expected and what to do.
    """


def refuse(where: object, found: str, expected: str, action: str) -> Refusal:
    """A `Refusal` in the one form all readers and checks use."""
    return Refusal(f"{where}: found {found}; expected {expected}. {action}")
