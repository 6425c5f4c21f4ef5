"""Ports, addresses, and the QR in the terminal."""

from __future__ import annotations

import ipaddress
import re

import pytest
import zxingcpp
from PIL import Image

from portal.serving.addresses import PortTaken, base_url, lan_address, listen, terminal_qr


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


@pytest.mark.parametrize("text", ["http://192.168.1.20:8000/q/7K3MZ9QD", "HTTP://10.0.0.7:8000/Q/7K3MZ9QD", "办成"])
def test_the_qr_in_the_terminal_can_be_scanned(text):
    assert [found.text for found in zxingcpp.read_barcodes(picture(terminal_qr(text)))] == [text]


def picture(lines: str) -> Image.Image:
    """What a terminal shows: each half block a square, drawn large."""
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines.splitlines()]
    image = Image.new("L", (len(plain[0]), 2 * len(plain)), 255)
    for y, line in enumerate(plain):
        for x, cell in enumerate(line):
            if cell in "▀█":
                image.putpixel((x, 2 * y), 0)
            if cell in "▄█":
                image.putpixel((x, 2 * y + 1), 0)
    return image.resize((image.width * 6, image.height * 6), Image.Resampling.NEAREST)
