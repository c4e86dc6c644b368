"""The addresses of the API, a module for each subject."""

from api.blueprints import Blueprint
from api.routes import operations

BLUEPRINTS: tuple[Blueprint, ...] = (operations.blp,)
