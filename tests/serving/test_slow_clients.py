"""The default server holds against slow clients by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from portal.serving.http import REFUSED, Limits
from portal.web.headers import HEADERS
from tests.serving.servers import RunningServer, SlowClients, eventually, failures

WORDS = "我去了三趟，每趟都说少一样材料。".encode() * 100


def asking(server: RunningServer) -> Callable[[float], None]:
    """Two ordinary requests, each on a new connection, with the right answers."""

    def ask(timeout: float) -> None:
        assert server.get("/hello", timeout=timeout) == (200, b"hello")
        digest = hashlib.sha256(WORDS).hexdigest().encode()
        assert server.get("/hash", body=WORDS, timeout=timeout) == (200, digest)

    return ask


def test_ordinary_clients_are_answered_while_300_others_drip(start_server):
    server = start_server("ours").wait_until_ready()
    with SlowClients(server.port, each=100) as crowd:
        assert failures(asking(server), requests=40, timeout=30) == []
        assert crowd.still_held() == 300, "the crowd was sent away, so it proved nothing"


def test_the_check_notices_a_server_that_does_not_hold(start_server):
    server = start_server("blocking").wait_until_ready()
    assert failures(asking(server), requests=2, timeout=30) == []
    with SlowClients(server.port, each=2):
        assert len(failures(asking(server), requests=40, timeout=1)) == 3


def test_when_all_places_are_taken_the_one_who_dawdled_longest_gives_way(start_server):
    server = start_server("ours", "--connections", "20").wait_until_ready()
    with SlowClients(server.port, each=30) as crowd:
        assert failures(asking(server), requests=20, timeout=30) == []
        assert 0 < crowd.still_held() <= 40


def test_clients_who_use_up_their_patience_are_cut_off(start_server):
    server = start_server("ours", "--patience", "1").wait_until_ready()
    with SlowClients(server.port, each=3) as crowd:
        eventually(lambda: sum(1 for client in crowd.droppers if crowd.is_cut(client)) == len(crowd.droppers))
    assert failures(asking(server), requests=2, timeout=30) == []


def test_a_client_who_sends_many_requests_in_one_packet_and_reads_nothing_holds_nobody(start_server):
    server = start_server("ours").wait_until_ready()
    packet = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 200
    greedy = [server.connect(packet) for _ in range(4)]
    assert failures(asking(server), requests=20, timeout=30) == []
    for client in greedy:
        client.close()


def test_a_request_that_was_crowded_in_is_answered_once_and_the_line_is_cut(start_server):
    server = start_server("ours").wait_until_ready()
    client = server.connect(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
    answer = b"".join(iter(lambda: client.recv(65536), b""))
    client.close()
    assert 1 <= answer.count(b"HTTP/1.1 200 OK") < 5
    assert answer.endswith(b"hello")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        # Not a byte more than the server reads: unread ones would make it reset the connection.
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: ".ljust(Limits().header_bytes, b"x"), b"431"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
    ],
)
def test_what_the_server_itself_refuses_has_our_headers_and_a_sentence(start_server, head, status):
    client = start_server("ours").wait_until_ready().connect(head)
    answer = b"".join(iter(lambda: client.recv(65536), b""))
    client.close()
    said, _, sentence = answer.partition(b"\r\n\r\n")
    assert said.split()[1] == status
    lines = {line.partition(b": ")[0].lower(): line.partition(b": ")[2].decode() for line in said.split(b"\r\n")}
    assert {name: lines[name.lower().encode()] for name in HEADERS} == HEADERS
    assert lines[b"cache-control"] == "no-store"
    assert sentence == REFUSED


def test_one_connection_carries_many_requests_one_after_the_other(start_server):
    server = start_server("ours").wait_until_ready()
    client = server.connect()
    for _ in range(20):
        client.sendall(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = b""
        while not answer.endswith(b"hello"):
            answer += client.recv(4096) or b"(cut)hello"
        assert b"(cut)" not in answer
        assert b"\r\nServer:" not in answer
    client.close()
