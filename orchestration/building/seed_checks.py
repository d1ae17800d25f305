"""The check of all seeds before a build: their values, and the rows of returns."""

from typing import TYPE_CHECKING

from orchestration.datasets.partners.spreadsheet.seed_rows import returns
from orchestration.seeds import seed_files
from orchestration.validation.cells import refuse_problems
from orchestration.validation.seed_values import problems_of_values

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


def check_seeds(manifest: "Manifest") -> None:
    """Raises Refusal with the seed, row and column of every value that a build could not take."""
    files = seed_files()
    types = {
        node.name: getattr(node.config, "column_types", {})
        for node in manifest.nodes.values()
        if node.resource_type == "seed" and node.name in files
    }
    refuse_problems([problem for name in sorted(types) for problem in problems_of_values(name, types[name])])
    returns()
