from sqlalchemy import select

from checklists.runs import queries, signing
from dispatch.outward.target import Target
from dispatch.webhooks import service
from dispatch.webhooks.capturing import TOPIC
from dispatch.webhooks.states import Content
from kernel.actor import Level, Role
from kernel.outbox import OutboxMessage
from tests import factories
from tests.checklists import world


def test_a_signature_is_kept_for_those_who_listen_by_its_digest_only(uow, here):
    made = world.make(uow, here)
    keeper = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, here.region_id, here.region_id)
    service.subscribe(
        keeper,
        name="ERP",
        url="https://hooks.example.com/x",
        target=Target("hooks.example.com", 443, "/x", tls=True),
        events=["checklist.signed"],
        content=Content.IDS,
        level=Level.REGION,
        place_id=here.region_id,
    )
    digest = queries.to_sign(uow, made.order_id)[1].hex()
    signing.sign(
        factories.acting(uow, made.technician_id), order_id=made.order_id, signed_digest=digest, signer_name="张敏"
    )
    kept = uow.session.scalars(select(OutboxMessage.payload).where(OutboxMessage.topic == TOPIC)).all()
    (told,) = [one for payload in kept for one in payload["happened"] if one["event"] == "checklist.signed"]
    assert (told["subject_id"], told["data"]["digest"]) == (str(made.order_id), digest)
    assert "张敏" not in str(kept)
