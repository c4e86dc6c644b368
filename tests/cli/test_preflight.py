import os
import socket
import subprocess
import sys

import pytest

from cli.console import Complaint
from cli.preflight import check_folder, check_port, check_python, sole_owner
from kernel.settings import Settings


def settings_in(folder):
    return Settings.from_environment({"FIELDBEAT_DATA_DIR": str(folder)})


def test_this_python_and_its_sqlite_are_new_enough():
    check_python()


@pytest.mark.parametrize(
    ("python", "sqlite", "said"),
    [
        ((3, 10, 4), (3, 45, 0), "needs Python 3.11 or newer; this is Python 3.10.4"),
        ((3, 11, 0), (3, 31, 1), "brings SQLite 3.31.1, and Fieldbeat needs 3.37 or newer"),
    ],
)
def test_an_old_python_is_told_in_one_sentence(python, sqlite, said):
    with pytest.raises(Complaint, match=said):
        check_python(python, sqlite)


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path):
    folder = tmp_path / "数据 夹" / "data"
    check_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_with_the_way_out(tmp_path):
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file")
    with pytest.raises(Complaint, match=rf"Cannot write in the data folder {in_the_way} .*--data-dir"):
        check_folder(in_the_way)
    with pytest.raises(Complaint, match="Cannot write in the data folder"):
        check_folder(in_the_way / "below")


def test_a_taken_port_is_told_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Complaint, match=f"Port {port} on 127.0.0.1 is taken .*--port"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_the_port_of_a_server_that_just_ended_is_free_again():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # leaves the connection in TIME_WAIT on the server's side
    check_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_told():
    # In a process of its own: tests may not even name other machines.
    code = "from cli.preflight import check_port; check_port('192.0.2.1', 8080)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Cannot listen on 192.0.2.1 (" in done.stderr
    assert "--host or FIELDBEAT_HOST" in done.stderr


def test_a_data_folder_has_one_owner_at_a_time(tmp_path):
    settings = settings_in(tmp_path)
    with sole_owner(settings):
        with (
            pytest.raises(Complaint, match=rf"already runs on {tmp_path} \(process {os.getpid()}, port 8080\)"),
            sole_owner(settings),
        ):
            pass
        with sole_owner(settings_in(tmp_path.parent)):
            pass
    with sole_owner(settings):
        pass
