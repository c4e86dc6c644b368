"""The measure of the fold measures what it says."""

from bench.parts import fold


def test_a_small_run_gives_figures_that_can_be(capsys):
    assert fold.main(["--items", "10", "--ops", "60"]) == 0
    said = capsys.readouterr().out
    assert "60 ops on 10 items" in said
    assert "× a dictionary" in said


def test_the_answers_link_disagree_and_come_in_any_order():
    given = fold.answers(20, 200)
    assert len({one.op_id for one in given}) == 200
    assert given != sorted(given, key=lambda one: one.effective_at)
    known = {one.op_id: one for one in given}
    assert all(known[one.base].item == one.item for one in given if one.base is not None)
    assert 0 < fold.measure(20, 200, rounds=1).disagreeing <= 20
