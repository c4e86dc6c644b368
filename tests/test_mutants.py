import shutil

import pytest

from tests.mutants import MUTANTS, ROOT, apply


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_mutant_still_finds_its_guard_and_leaves_python(mutant, tmp_path):
    copy = tmp_path / mutant.file
    copy.parent.mkdir(parents=True)
    shutil.copy2(ROOT / mutant.file, copy)
    apply(mutant, tmp_path)
    compile(copy.read_text(), mutant.file, "exec")
    assert all((ROOT / one).exists() for one in mutant.tests)


def test_a_guard_that_is_gone_is_told(tmp_path):
    (tmp_path / MUTANTS[0].file).parent.mkdir(parents=True)
    (tmp_path / MUTANTS[0].file).write_text("")
    with pytest.raises(ValueError, match="holds its guard 0 times"):
        apply(MUTANTS[0], tmp_path)


def test_no_two_mutants_have_the_same_name():
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
