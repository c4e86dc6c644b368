from dispatch.assets import queries
from dispatch.assets.importing import LineOutcome, import_assets
from dispatch.assets.queries import AssetFilter
from kernel.actor import Level, Role
from tests import factories
from tests.statements import recorded

HEAD = "serial,vendor,kind,site_id,station_id,warranty_until\n"


def table(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def test_good_lines_are_kept_bad_ones_named_and_nothing_is_doubled(uow):
    here, away = factories.places(uow), factories.places(uow)
    site_id = factories.site(uow, factories.customer(uow, here), here)
    far = factories.site(uow, factories.customer(uow, away), away)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    content = table(
        f"a1,烽火,onu,{site_id},,2027-01-01",
        f"a2,烽火,onu,,{here.station_id},",
        "a3,烽火,kettle,,,",
        f"a4,烽火,onu,{far},,",
        f"A 1,烽火,onu,{site_id},,",
        "a5,烽火,onu,,,",
    )
    reports = import_assets(manager, region_id=here.region_id, content=content)
    assert [(one.line, one.outcome, one.code, one.column) for one in reports] == [
        (2, LineOutcome.ADDED, None, None),
        (3, LineOutcome.ADDED, None, None),
        (4, LineOutcome.REFUSED, "invalid", "kind"),
        (5, LineOutcome.REFUSED, "customers.site_unknown", "site_id"),
        (6, LineOutcome.REFUSED, "asset.serial_taken", "serial"),
        (7, LineOutcome.REFUSED, "forbidden", None),
    ]
    assert queries.asset(manager, reports[0].asset_id).row.warranty_by == "given"
    again = import_assets(manager, region_id=here.region_id, content=content)
    assert [one.outcome for one in again[:2]] == [LineOutcome.ALREADY_THERE] * 2
    assert again[0].asset_id == reports[0].asset_id
    assert len(queries.page_of_assets(uow, filters=AssetFilter(), limit=9).items) == 2


def test_many_lines_take_as_many_statements_as_few(uow):
    here = factories.places(uow)
    counts = []
    for size in (2, 40):
        rows = [f"{size}-{nth},x,onu,,{here.station_id}," for nth in range(size)]
        with recorded(uow.session) as statements:
            import_assets(uow, region_id=here.region_id, content=table(*rows))
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 10
