import pytest

from dispatch.assets.life import TABLE, AssetCommand, AssetState, decide
from kernel.errors import DomainError

ROADS = {
    (AssetState.IN_STOCK, AssetCommand.INSTALL): AssetState.INSTALLED,
    (AssetState.IN_STOCK, AssetCommand.RETURN): AssetState.RETURNED,
    (AssetState.IN_STOCK, AssetCommand.SCRAP): AssetState.SCRAPPED,
    (AssetState.INSTALLED, AssetCommand.TAKE_OUT): AssetState.SWAPPED,
    (AssetState.INSTALLED, AssetCommand.RESTOCK): AssetState.IN_STOCK,
    (AssetState.INSTALLED, AssetCommand.RETURN): AssetState.RETURNED,
    (AssetState.INSTALLED, AssetCommand.SCRAP): AssetState.SCRAPPED,
    (AssetState.SWAPPED, AssetCommand.RESTOCK): AssetState.IN_STOCK,
    (AssetState.SWAPPED, AssetCommand.RETURN): AssetState.RETURNED,
    (AssetState.SWAPPED, AssetCommand.SCRAP): AssetState.SCRAPPED,
    (AssetState.RETURNED, AssetCommand.RESTOCK): AssetState.IN_STOCK,
    (AssetState.RETURNED, AssetCommand.SCRAP): AssetState.SCRAPPED,
}


@pytest.mark.parametrize("state", AssetState)
@pytest.mark.parametrize("command", TABLE)
def test_every_command_leads_where_the_table_says_or_is_refused_with_what_is_possible(state, command):
    if (state, command) in ROADS:
        assert decide(state, command) is ROADS[state, command]
        return
    with pytest.raises(DomainError) as refused:
        decide(state, command)
    assert refused.value.code == "asset.illegal"
    assert refused.value.extra["allowed"] == sorted(str(one) for at, one in ROADS if at is state)
