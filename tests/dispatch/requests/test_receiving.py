"""Who is there to be asked when a request is received."""

import pytest

from dispatch.requests.channels import Channel
from dispatch.requests.receiving import NewRequest


@pytest.mark.parametrize("channel", Channel)
def test_somebody_is_there_unless_a_program_reports_or_it_is_said_otherwise(channel):
    assert NewRequest("repair", "x", channel=channel).is_attended is (channel is not Channel.INTEGRATOR)
    for attended in (True, False):
        assert NewRequest("repair", "x", channel=channel, attended=attended).is_attended is attended
