"""What a phone keeps, and what it keeps through a crash."""

import contextlib

import pytest

from fieldbeat_client.journal import Attachment, Journal


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


def dated(seq, occurred_at="2026-11-01T08:00:00+08:00"):
    return {"seq": seq, "id": f"op-{seq}", "type": "log.note", "occurred_at": occurred_at}


def test_what_is_settled_and_old_is_forgotten_and_its_numbers_are_not_given_again(tmp_path):
    with contextlib.closing(Journal(str(tmp_path / "j.db"))) as journal:
        for seq, at in (
            (1, "2026-11-01T08:00:00+08:00"),
            (2, "2026-11-20T23:59:00Z"),
            (3, "2026-11-01T08:00:00+08:00"),
        ):
            journal.keep(dated(seq, at))
        journal.mark_stored(["op-1", "op-2"])
        for key in ("op-1", "op-2"):
            journal.mark_receipt(key, "applied", None)
        assert journal.forget_settled("2026-11-01T00:00:00Z") == 0
        assert journal.forget_settled("2026-11-01T00:00:01Z") == 1
        assert [one.seq for one in journal.ops()] == [2, 3]
        assert journal.forget_settled("2027-01-01T00:00:00Z") == 1
        journal.mark_stored(["op-3"])
        journal.mark_receipt("op-3", "applied", None)
        assert journal.forget_settled("2027-01-01T00:00:00Z") == 1
        assert (journal.ops(), journal.next_seq()) == ([], 4)


def test_what_a_restored_server_lacks_is_told_by_its_numbers():
    with contextlib.closing(Journal()) as journal:
        for seq in range(1, 7):
            journal.keep(dated(seq))
        journal.mark_stored([f"op-{seq}" for seq in range(1, 6)])
        assert journal.lacking(4, [[2, 3]]) == ["op-2", "op-3", "op-5"]
        assert journal.lacking(5, []) == []


def test_a_file_is_kept_once_and_until_it_is_sent():
    with contextlib.closing(Journal()) as journal:
        one = Attachment("m", "/tmp/x.jpg", 5, "ab" * 32, "order", None, None, sent=False)
        journal.attach(one)
        journal.attach(one)
        assert journal.attachments(unsent=True) == [one]
        journal.mark_begun("m", "/v1/media/1")
        assert journal.attachments()[0].location == "/v1/media/1"
        journal.mark_sent("m")
        assert journal.attachments(unsent=True) == []
