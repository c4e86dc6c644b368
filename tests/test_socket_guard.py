import socket
import urllib.request

import pytest

from tests.socket_guard import OutsideConnectionError, is_local


@pytest.mark.parametrize("host", [None, "", "localhost", "127.0.0.1", "127.8.8.8", "::1", b"127.0.0.1"])
def test_this_machine_is_local(host):
    assert is_local(host)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "192.0.2.7", "2001:db8::1", "0.0.0.0"])
def test_other_machines_are_not_local(host):
    assert not is_local(host)


def test_a_connection_to_this_machine_works():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        client.sendall(b"hello")
        connection, _ = server.accept()
        with connection:
            assert connection.recv(5) == b"hello"


def test_a_connection_to_another_machine_is_refused_by_address():
    with socket.socket() as client, pytest.raises(OutsideConnectionError, match=r"192\.0\.2\.7:80"):
        client.connect(("192.0.2.7", 80))
    with socket.socket() as client, pytest.raises(OutsideConnectionError):
        client.connect_ex(("192.0.2.7", 80))


def test_a_connection_to_another_machine_is_refused_by_name():
    with pytest.raises(OutsideConnectionError, match=r"example\.org"):
        urllib.request.urlopen("http://example.org/")
