"""A database knows which keys it was sealed with."""

import os
from dataclasses import replace

import pytest

from kernel.actor import system_actor
from kernel.database import make_engine
from kernel.sealing import Sealer, SealingKey
from kernel.sealing_keys import KeysMissing
from kernel.sealing_register import known_keys, missing_keys, note_key

OLD, NEW = SealingKey("old", bytes(32)), SealingKey("new", bytes(range(32)))


def test_what_is_not_here_is_told_and_another_key_of_the_name_is_not_it(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        note_key(uow, OLD)
        note_key(uow, OLD)
        note_key(uow, NEW)
    with runtime.session() as session:
        assert known_keys(session) == {"new": NEW.fingerprint, "old": OLD.fingerprint}
        assert missing_keys(session, [NEW, OLD]) == []
        assert missing_keys(session, [NEW]) == ["old"]
        assert missing_keys(session, [NEW, SealingKey("old", os.urandom(32))]) == ["old"]


def test_no_new_key_is_made_for_a_database_that_was_sealed_with_another(runtime, settings):
    with runtime.unit_of_work(system_actor()) as uow:
        note_key(uow, OLD)
    elsewhere = replace(settings, sealing_keys="", data_dir=settings.data_dir / "other")
    engine = make_engine(elsewhere)
    sealer: Sealer = engine.get_execution_options()["fieldbeat_sealer"]
    with pytest.raises(KeysMissing, match=r"'old'.*sealing\.keys"):
        sealer.seal("text", "here")
    assert not elsewhere.data_dir.exists()
    engine.dispose()
