"""The command `import`: brings in what people have in files."""

import click

from cli.requests import import_requests_, write_mapping_
from cli.zones import import_zones_


@click.group("import")
def import_() -> None:
    """Bring in service requests (CSV) or zones (GeoJSON). Everything can be run again: nothing is doubled."""


import_.add_command(import_zones_)
import_.add_command(write_mapping_)
import_.add_command(import_requests_)
