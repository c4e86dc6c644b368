"""What is said of a field beside its form."""

from typing import Any

MARK = "x-personal"
PERSONAL: dict[str, Any] = {MARK: True}
"""The metadata of a field that shows personal data of customers: who reads it is written down in the audit log."""
INCLUDED = "x-included"
"""The metadata of a field that is there for who asks for it with `include`."""
