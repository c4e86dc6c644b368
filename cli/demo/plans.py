"""What the station of the demo has planned: a round of its cabinets, and an upgrade that nobody was told of yet."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from cli.demo.ground import Ground
from cli.demo.places import TIMEZONE
from dispatch.outages.lifecycle import OutageKind
from dispatch.outages.service import plan_outage
from dispatch.outages.where import Wherever
from dispatch.rounds.planning import Wanted
from dispatch.rounds.service import plan_round
from dispatch.rounds.standing import TargetKind
from kernel.unit_of_work import UnitOfWork


def plan_ahead(uow: UnitOfWork, ground: Ground) -> None:
    """Plan a monthly round of all zones, and an upgrade of one of them in the night of the day after tomorrow."""
    today = uow.now.astimezone(ZoneInfo(TIMEZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    plan_round(
        uow,
        station_id=ground.station_id,
        wanted=Wanted(
            title="机房与光交箱月度巡检",
            work_type="preventive-round",
            rule="FREQ=MONTHLY;BYMONTHDAY=10",
            starts_on=today.date(),
            begins_at=time(8, 30),
            window_minutes=9 * 60,
            target_kind=TargetKind.ZONE,
        ),
    )
    starts_at = today + timedelta(days=2, hours=1)
    zone_id = min(ground.zones.items())[1].zone_id
    assert zone_id is not None
    plan_outage(
        uow,
        kind=OutageKind.UPGRADE,
        title="OLT 割接升级",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        where=Wherever(zone_ids=(zone_id,)),
        reason="更换主控板，期间宽带与互动电视中断",
    )
