"""Ports and addresses."""

from __future__ import annotations

import ipaddress

import pytest

from portal.serving.addresses import PortTaken, base_url, lan_address, listen


def test_a_taken_port_is_refused_by_name():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1 is taken"):
            listen("127.0.0.1", port)


def test_the_next_free_port_is_taken_when_asked_for():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port, or_next=True) as second:
            assert port < second.getsockname()[1] < port + 50


def test_the_address_is_the_one_people_use():
    with listen("127.0.0.1", 0) as listener:
        assert base_url(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_server_for_the_whole_network_is_named_by_the_machines_own_address():
    with listen("0.0.0.0", 0) as listener:
        assert base_url(listener) == f"http://{lan_address()}:{listener.getsockname()[1]}"
    assert not ipaddress.ip_address(lan_address()).is_unspecified
