"""What is said of a field beside its form."""

from typing import Any

MARK = "x-personal"
PERSONAL: dict[str, Any] = {MARK: True}
"""The metadata of a field that shows personal data of customers: who reads it is written down in the audit log."""
INCLUDED = "x-included"
"""The metadata of a field that is there for who asks for it with `include`."""
PHONE: dict[str, Any] = {"description": "Whole where one is shown; its end, such as `…5678`, in lists and files."}
EMAIL: dict[str, Any] = {
    "description": "Whole where one is shown; masked, such as `z…@example.com`, in lists and files."
}
"""What is said of how people are reached, where lists mask it."""
