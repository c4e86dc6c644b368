"""Every table of the product, gathered for Alembic and for tests: importing this module registers them all."""

import sync.devices.models
import sync.ingest.models
import sync.reconcile.models  # noqa: F401
from kernel.database import Base

METADATA = Base.metadata
