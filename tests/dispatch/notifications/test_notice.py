import pytest

from dispatch.notifications.notice import LONGEST_KEY, Notice


def test_a_key_that_would_not_fit_beside_a_recipient_is_a_mistake_of_the_caller():
    for key in ("", "k" * (LONGEST_KEY + 1)):
        with pytest.raises(ValueError, match="key of a notice"):
            Notice("sla.red", key, (), {}, None)
    assert Notice("sla.red", "k" * LONGEST_KEY, (), {}, None).urgent is False
