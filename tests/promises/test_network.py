"""The network is off in tests."""

import socket
import urllib.request

import pytest
from pytest_socket import SocketConnectBlockedError

pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use:UserWarning")

# TEST-NET-3 of RFC 5737: an address that belongs to nobody.
NOBODY = ("203.0.113.7", 443)


def test_a_public_address_is_refused_before_anything_is_sent() -> None:
    with socket.socket() as probe, pytest.raises(SocketConnectBlockedError, match=NOBODY[0]):
        probe.connect(NOBODY)


def test_a_web_address_is_refused_too() -> None:
    with pytest.raises(SocketConnectBlockedError, match=NOBODY[0]):
        urllib.request.urlopen(f"http://{NOBODY[0]}/", timeout=2)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as probe:
        probe.connect(server.getsockname())
        assert probe.getpeername() == server.getsockname()
