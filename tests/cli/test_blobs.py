"""Bringing stored files into a bucket, by the real command against a real S3-compatible server."""

import io

import pytest

from cli.blobs import copy_all
from cli.findings import look_at_everything
from cli.looks import State
from kernel import runtime as runtimes
from kernel.blobs import StoreAway
from kernel.s3_blobs import S3Blobs
from tests.object_store import ObjectStore


@pytest.fixture
def variables(object_store, tmp_path):
    return {"FIELDBEAT_DATA_DIR": str(tmp_path), **object_store.environment()}


@pytest.fixture
def settings(variables):
    return runtimes.Settings.from_environment(variables)


@pytest.fixture
def kept(settings):
    """The folder and the digests of what is in it."""
    folder = runtimes.folder_of(settings)
    return folder, [folder.put(io.BytesIO(b"photo %d" % n))[0] for n in range(9)]


def test_all_files_are_copied_and_a_second_time_none(command, variables, settings, kept):
    said = command("blobs", "copy", **variables)
    assert said.returncode == 0, said.stderr
    assert "copied 9" in said.stdout
    store = S3Blobs(settings)
    assert all(b"".join(store.read(digest)) == b"photo %d" % n for n, digest in enumerate(kept[1]))
    said = command("blobs", "copy", **variables)
    assert "copied 0 (0.0 MiB), there already 9, not what they were 0" in said.stdout


def test_a_file_that_is_not_what_it_was_is_named_and_stays_behind(command, variables, settings, kept):
    folder, digests = kept
    (folder.folder / digests[3][:2] / digests[3][2:]).write_bytes(b"photo X")
    said = command("blobs", "copy", **variables)
    assert said.returncode == 1
    assert f"DAMAGED {digests[3]}" in said.stdout
    assert [S3Blobs(settings).has(digest) for digest in digests] == [n != 3 for n in range(9)]


def test_what_the_store_has_wrong_is_found_and_sent_anew(command, variables, settings, kept, object_store):
    digest = kept[1][0]
    command("blobs", "copy", **variables)
    object_store.ask("PUT", f"{settings.s3_prefix}/{digest[:2]}/{digest[2:]}", b"rotten")
    assert "copied 0 " in command("blobs", "copy", **variables).stdout
    assert "copied 1 " in command("blobs", "copy", "--verify", **variables).stdout
    assert b"".join(S3Blobs(settings).read(digest)) == b"photo 0"


def test_a_store_that_goes_away_meanwhile_ends_it_and_the_next_goes_on(tmp_path, kept):
    folder, digests = kept
    with ObjectStore() as server:
        store = S3Blobs(server.settings(tmp_path))
        copied = store.put(io.BytesIO(b"photo 0"))[0]
        server.stop()
        with pytest.raises(StoreAway):
            copy_all(folder, store, verify=False, tell=print)
        server.start()
        assert copied in digests
        assert copy_all(folder, store, verify=False, tell=print).sent_bytes == 7 * 9, "it holds nothing after a restart"


def test_without_a_store_there_is_nothing_to_copy_into(command, tmp_path):
    said = command("blobs", "copy", FIELDBEAT_DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert "FIELDBEAT_S3_BUCKET" in said.stderr


def test_the_doctor_looks_at_the_store(settings, variables):
    for away, state in ((False, State.OK), (True, State.BAD)):
        known = variables | ({"FIELDBEAT_S3_BUCKET": "nobodys"} if away else {})
        runtime = runtimes.make(runtimes.Settings.from_environment(known))
        found = {one.name: one for one in look_at_everything(runtime)}["files"]
        runtime.close()
        assert (found.state, bool(found.do)) == (state, away)
