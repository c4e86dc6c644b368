import socket
import threading

import pytest

from dispatch.notifications.outside import InsideError, only_outside


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made.getsockname()


def reach(address):
    with socket.create_connection(address, timeout=5):
        return "reached"


def test_a_connection_into_our_own_network_is_not_even_begun(server):
    with only_outside():
        for address in (server, ("localhost", server[1])):
            with pytest.raises(InsideError):
                reach(address)
    assert reach(server) == "reached"


def test_what_is_no_internet_address_is_inside_too(tmp_path):
    with only_outside(), socket.socket(socket.AF_UNIX) as made, pytest.raises(InsideError):
        made.connect(str(tmp_path / "none"))
    with only_outside(), socket.socket() as made, pytest.raises(InsideError):
        made.connect(("localhost", 1))


def test_it_holds_for_the_thread_that_asks_for_it_and_for_no_other(server):
    found = []
    with only_outside():
        with only_outside():
            pass
        thread = threading.Thread(target=lambda: found.append(reach(server)))
        thread.start()
        thread.join(10)
        with pytest.raises(InsideError):
            reach(server)
    assert found == ["reached"]
