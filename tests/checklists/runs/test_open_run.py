import pytest

from checklists.runs.fold import Standing
from checklists.signoff.snapshot import Stamp, digest_to_sign
from kernel.errors import DomainError
from tests.checklists.samples import GOOD, given, open_run, signature


def filled(*leaving_out: str):
    run = open_run()
    for number, (key, value) in enumerate(GOOD.items(), start=1):
        if key not in leaving_out:
            run.add(given(number, value, on=key))
    return run


def test_only_the_touched_items_are_folded():
    run = filled()
    run.refold()
    before = dict(run.entries)
    run.add(given(50, 65, on="level"))
    run.refold()
    changed = {key for key in run.entries if run.entries[key] is not before[key]}
    assert changed == {"level"}
    assert run.entries["level"]["value"] == 65


def test_the_digest_follows_the_content():
    run = filled()
    first = run.digest()
    assert run.digest() == first == digest_to_sign(run.content())
    run.add(given(50, 65, on="level"))
    assert run.digest() != first
    run.add(given(51, GOOD["level"], on="level", base=50))
    assert run.digest() == first


def test_a_signature_counts_while_it_covers_what_the_run_holds():
    run = filled()
    assert (run.signed, run.revision) == (False, 1)
    run.sign(signature(40, run.digest()))
    assert (run.signed, run.revision) == (True, 1)
    run.add(given(50, 65, on="level", base=3))
    assert (run.signed, run.revision) == (False, 2)
    run.sign(signature(60, run.digest()))
    assert (run.signed, run.revision) == (True, 2)


def test_the_content_as_of_a_signature_is_made_of_what_was_effective_then_whenever_it_arrived():
    run = filled("badge", "level")
    run.sign(signature(40, b"x" * 32))
    run.add(given(39, True, on="badge"))
    run.add(given(41, 65, on="level"))
    run.add(given(2, "pass", on="power_safe"))
    stamp = run.stamp_signatures()[signature(40, b"").op_id]
    assert stamp.content is not None
    assert stamp.content["answers"] == {key: value for key, value in GOOD.items() if key != "level"}
    assert stamp.server_digest == digest_to_sign(stamp.content)


def test_what_was_stored_is_not_taken_for_new():
    run = open_run()
    run.load(given(1, True, on="badge"))
    run.load_signature(signature(2, b"x" * 32), Stamp(1, b"x" * 32))
    assert not run.changed
    assert not run.add(given(1, True, on="badge"))
    assert not run.sign(signature(2, b"x" * 32))
    assert not run.changed
    assert run.standing(given(1, True).op_id) is Standing.APPLIED


@pytest.mark.parametrize(
    ("again", "number"), [(given(1, False, on="badge"), 1), (given(1, "pass", on="power_safe"), 2)]
)
def test_a_known_id_with_other_content_is_refused(again, number):
    run = open_run()
    run.add(given(1, True, on="badge"))
    with pytest.raises(DomainError) as refused:
        run.add(again)
    assert refused.value.code == "checklist.answer_id_reused"
    assert len(run.fresh) == 1


def test_a_known_signature_with_other_content_is_refused():
    run = open_run()
    run.add(given(1, True, on="badge"))
    run.sign(signature(2, b"x" * 32))
    for number in (1, 2):
        with pytest.raises(DomainError) as refused:
            run.sign(signature(number, b"y" * 32))
        assert refused.value.code == "checklist.answer_id_reused"


def test_a_photo_without_a_value_is_recorded_by_its_media_with_all_else_as_given():
    run = open_run()
    run.add(given(7, None, on="after", media=("m1", "m2"), note="两张", base=6, settles=[5]))
    assert run.fresh == [given(7, ["m1", "m2"], on="after", media=("m1", "m2"), note="两张", base=6, settles=[5])]
