def test_it_lists_what_can_be_brought_in(command):
    said = command("import", "--help")
    assert said.returncode == 0
    for name in ("zones", "mapping", "requests"):
        assert f"\n  {name} " in said.stdout
