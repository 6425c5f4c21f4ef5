"""The parent keeps its children alive, and ends with them."""

from __future__ import annotations

import os
import signal
import socket

from tests.serving.servers import eventually, is_running


def test_a_killed_child_is_replaced_and_questions_are_answered_throughout(start_server):
    server = start_server("ours").wait_until_ready()
    for _ in range(3):
        before = server.children()
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        assert server.get("/hello") == (200, b"hello")
        eventually(lambda: len(server.children() - before) == 1 and len(server.children()) == 2)  # noqa: B023
    assert server.get("/hello") == (200, b"hello")


def test_all_children_killed_at_once_are_replaced(start_server):
    server = start_server("ours").wait_until_ready()
    before = server.children()
    for child in before:
        os.kill(child, signal.SIGKILL)
    assert server.get("/hello") == (200, b"hello")
    assert eventually(lambda: len(server.children() - before) == 2)


def test_sigterm_ends_all_and_the_status_is_0(start_server):
    server = start_server("ours").wait_until_ready()
    children = server.children()
    status, _ = server.end(signal.SIGTERM)
    assert status == 0
    assert not any(is_running(child) for child in children)


def test_an_answer_under_way_is_finished_before_the_end(start_server):
    server = start_server("ours").wait_until_ready()
    reader = server.connect(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    received = len(reader.recv(1000))
    server.process.send_signal(signal.SIGTERM)
    while data := reader.recv(1 << 20):
        received += len(data)
    reader.close()
    assert received > 12_000_000
    assert server.finish()[0] == 0


def test_a_client_who_drips_does_not_keep_the_server_from_ending(start_server):
    server = start_server("ours").wait_until_ready()
    dripper = server.connect(b"POST /hash HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1")
    assert server.end(signal.SIGTERM)[0] == 0
    dripper.close()


def test_no_child_outlives_a_parent_that_was_killed(start_server):
    server = start_server("ours").wait_until_ready()
    children = server.children()
    server.end(signal.SIGKILL)
    eventually(lambda: not any(is_running(child) for child in children))
    with socket.socket() as again:
        again.bind(("127.0.0.1", server.port))


def test_an_app_that_cannot_be_made_ends_the_server_with_its_reason(start_server):
    server = start_server("broken")
    status, errors = server.finish()
    assert status == 1
    assert "this app cannot be made" in errors


def test_a_second_order_ends_it_at_once(start_server):
    server = start_server("ours").wait_until_ready()
    children = server.children()
    reader = server.connect(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    server.process.send_signal(signal.SIGTERM)
    server.end(signal.SIGINT)
    assert not any(is_running(child) for child in children)
    reader.close()
