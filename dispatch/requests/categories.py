"""How the categories of somebody's table become codes of work types."""

import re


def work_type_code(category: str) -> str:
    """Make the code of a work type out of the name of a category: `Dead Animal Removal` becomes `dead_animal_removal`."""
    return "_".join(re.findall(r"\w+", category.casefold()))[:48].strip("_") or "other"
