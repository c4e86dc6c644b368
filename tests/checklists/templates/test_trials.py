"""New versions in pilot zones first: which version orders get there and elsewhere, and how a trial ends."""

from uuid import uuid4

import pytest

from checklists.runs import queries as runs
from checklists.templates import queries, service
from checklists.templates.publishing import Trial
from dispatch.territory import pilot_queries, piloting
from dispatch.territory.pilots import PilotKind
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world
from tests.checklists.samples import label, steps


@pytest.fixture
def elsewhere(uow, here):
    return factories.places(uow, station_id=here.station_id)


@pytest.fixture
def tried(uow, here, elsewhere):
    """A second version that is tried here, and the trial."""
    world.publish_sample(uow, here.region_id)
    template = queries.templates(uow, limit=1, region_id=here.region_id).items[0]
    changed = steps()
    changed[0]["items"][0]["label"] = label("佩戴工作证")
    second = service.new_version(uow, template_id=template.id, steps=changed)
    service.publish(uow, version_id=second.version_id, trial=Trial((here.zone_id,), "先在一个片区试行"))
    (pilot,) = pilot_queries.page_of_pilots(uow, region_id=here.region_id, limit=5).items
    assert (pilot.kind, pilot.subject) == (PilotKind.CHECKLIST_TEMPLATE, "sample@2")
    return second, pilot.id


def number(uow, places) -> int:
    (order_id,) = world.orders(uow, places)
    return int(runs.run_of_order(uow, order_id)["template"]["version"])


def states(uow, made):
    found = queries.template(uow, made.template_id)
    return found.row.current_version, [(one.version, one.status, one.on_trial) for one in found.versions]


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def test_orders_of_the_pilot_zones_get_the_new_version_and_all_others_the_one_before(uow, tried, here, elsewhere):
    made, _ = tried
    assert (number(uow, here), number(uow, elsewhere)) == (2, 1)
    assert states(uow, made) == (1, [(2, "published", True), (1, "published", False)])
    assert refusal(service.retire, uow, version_id=made.version_id).code == "template.on_trial"
    third = service.new_version(uow, template_id=made.template_id, steps=steps())
    pending = refusal(service.publish, uow, version_id=third.version_id)
    assert (pending.code, pending.extra["version"]) == ("template.change_pending", 2)


def test_rolled_out_it_takes_the_place_of_the_one_before(uow, tried, here, elsewhere):
    made, pilot_id = tried
    piloting.roll_out(uow, pilot_id=pilot_id, reason="有效")
    assert (number(uow, here), number(uow, elsewhere)) == (2, 2)
    assert states(uow, made) == (2, [(2, "published", False), (1, "retired", False)])
    told = queries.history(uow, made.version_id, limit=9).items
    assert [one.kind for one in told] == ["created", "published", "tried", "rolled_out"]


def test_given_up_it_counts_nowhere_and_what_began_with_it_keeps_it(uow, tried, here, elsewhere):
    made, pilot_id = tried
    (begun,) = world.orders(uow, here)
    piloting.stop_pilot(uow, pilot_id=pilot_id, reason="太长")
    assert (number(uow, here), number(uow, elsewhere)) == (1, 1)
    assert states(uow, made) == (1, [(2, "retired", False), (1, "published", False)])
    assert runs.run_of_order(uow, begun)["template"]["version"] == 2


@pytest.mark.parametrize("subject", ["sample@1", "sample@3", "sample@9", "sample", "other@1"])
def test_only_a_published_version_that_is_not_in_force_can_be_tried(uow, tried, here, subject, clock):
    made, _ = tried
    service.new_version(uow, template_id=made.template_id, steps=steps())
    clock_now = uow.now
    uow.now = clock_now.replace(day=clock_now.day + 1)
    refused = refusal(
        piloting.start_pilot,
        uow,
        region_id=here.region_id,
        kind=PilotKind.CHECKLIST_TEMPLATE,
        subject=subject,
        zone_ids=[here.zone_id],
        reason="试行",
    )
    assert (refused.code, refused.fields[0].path) == ("template.trial_unfit", "/subject")


def test_a_trial_in_no_known_zone_publishes_nothing(uow, author, here):
    made = service.create_template(uow, region_id=here.region_id, code="x", name=label("甲"), steps=steps())
    refused = refusal(service.publish, uow, version_id=made.version_id, trial=Trial((uuid4(),), "试行"))
    assert (refused.code, refused.fields[0].path) == ("territory.pilot_zone_unknown", "/trial/zone_ids/0")
