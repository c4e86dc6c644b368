"""What happens to photos and signatures, for others to act on within the same transaction."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MediaVerified:
    """Files came in whole: by order and media id."""

    files: tuple[tuple[UUID, str], ...]
