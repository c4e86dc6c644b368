"""What a phone keeps, and what it keeps through a crash."""

import pytest

from bench.simulator.journal import Journal


@pytest.fixture
def journal(tmp_path):
    kept = Journal(str(tmp_path / "phone.db"))
    yield kept
    kept.close()


def op(seq, **more):
    return {"id": f"op-{seq}", "seq": seq, "type": "log.note", **more}


def test_what_was_kept_is_there_after_a_crash(tmp_path):
    path = str(tmp_path / "phone.db")
    before = Journal(path)
    before.keep(op(1))
    before.set("cursor", 7)
    # Nobody closes the journal of an app that is killed.
    after = Journal(path)
    assert [key for key, _ in after.unsent()] == ["op-1"]
    assert after.get("cursor") == 7
    assert after.next_seq() == 2
    before.close()
    after.close()


def test_what_breaks_off_half_way_leaves_no_trace(journal):
    def crash():
        with journal.together():
            journal.put("work_orders", "a", {"n": 1})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert journal.docs("work_orders") == {}


def test_ops_go_from_unsent_to_stored_to_settled(journal):
    for seq in (1, 2, 3):
        journal.keep(op(seq))
    journal.mark_stored(["op-1"])
    journal.mark_refused([("op-2", "op-too-large")])
    assert [key for key, _ in journal.unsent()] == ["op-3"]
    assert journal.waiting() == 2
    journal.mark_receipt("op-1", "applied", None)
    assert journal.waiting() == 1
    assert [(kept.stored, kept.refused, kept.outcome) for kept in journal.ops()] == [
        (True, None, "applied"),
        (True, "op-too-large", None),
        (False, None, None),
    ]


def test_what_the_server_lost_is_to_be_sent_again(journal):
    journal.keep(op(1))
    journal.mark_stored(["op-1"])
    journal.mark_receipt("op-1", "applied", None)
    journal.mark_lost(["op-1"])
    assert [key for key, _ in journal.unsent()] == ["op-1"]
    assert journal.ops()[0].outcome is None


def test_a_document_is_kept_in_its_newest_form(journal):
    journal.put("sites", "a", {"n": 1})
    journal.put("sites", "a", {"n": 2})
    journal.put("sites", "b", {"n": 3})
    journal.drop("sites", "b")
    assert journal.docs("sites") == {"a": {"n": 2}}
    assert journal.doc("sites", "a") == {"n": 2}
    assert journal.doc("sites", "b") is None


def test_a_replacement_drops_what_did_not_come_and_leaves_the_ops(journal):
    journal.keep(op(1))
    journal.put("sites", "old", {})
    journal.put("sites", "new", {})
    journal.begin_replacement()
    journal.note_seen("sites", "new")
    journal.end_replacement()
    assert list(journal.docs("sites")) == ["new"]
    assert len(journal.unsent()) == 1
