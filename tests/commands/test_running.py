"""bin/run as a stranger starts it: what it prints is true, and leads somewhere."""

from __future__ import annotations

import ipaddress
import re
import signal
import socket
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from portal.demo.people import PASSWORD
from portal.rules.qr import dense
from portal.serving.addresses import lan_address
from tests.demo_hall import DemoHall
from tests.reading_qr import picture_of_terminal, read_codes
from tests.serving.servers import ROOT, RunningServer

LOGIN = re.compile(r"  ([a-z]+) +\S+  .+")
CODE = re.compile(r"  (\d{4}(?: \d{4}){4})  .+")


class Visitor:
    """A browser without a screen: keeps cookies, follows where it is sent."""

    def __init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, url: str, **form: str) -> tuple[str, str]:
        """Where it ends, and the page there."""
        with self.opener.open(Request(url, urlencode(form).encode() if form else None), timeout=60) as answer:
            return urlsplit(answer.url).path, answer.read().decode()


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("0.0.0.0", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture(scope="module", params=[(), ("--lan",)], ids=["here", "lan"])
def running(
    request: pytest.FixtureRequest, demo_now: DemoHall, taken: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Of this very tree, on a filled hall of its own, since filling takes longest and has tests of its own."""
    folder = tmp_path_factory.mktemp("running") / "i"
    demo_now.copy(folder)
    environment = {"PORT": str(taken), "PORTAL_INSTANCE_DIR": str(folder)}
    with RunningServer(*request.param, program=ROOT / "bin/run", **environment) as server:
        server.on_lan = bool(request.param)
        yield server


def told(server: RunningServer, pattern: str) -> str:
    """The address on the one line that is like this."""
    (found,) = [match[1] for line in server.said if (match := re.fullmatch(pattern, line))]
    return found


def test_a_taken_port_is_named_and_the_next_free_one_used(running: RunningServer, taken: int) -> None:
    assert taken < running.port < taken + 50
    assert f"Port {taken} is taken by another program: using {running.port}." in running.said


def test_the_last_line_is_the_address_that_all_others_begin_with(running: RunningServer) -> None:
    ready = running.said[-1].removeprefix("ready ")
    host = lan_address() if running.on_lan else "127.0.0.1"
    assert ready == f"http://{host}:{running.port}"
    addresses = re.findall(r"http://[^/\s]+", "\n".join(running.said))
    assert addresses == [ready] * 4


def test_the_counters_address_is_a_landing_page_and_stands_in_the_qr(running: RunningServer) -> None:
    address = told(running, r"Citizens, as scanned at counter 3:  (http://\S+/q/[0-9a-z]{8})")
    assert "3号窗口" in Visitor().open(address)[1]
    drawn = "\n".join(line for line in running.said if line.startswith("\x1b["))
    assert read_codes(picture_of_terminal(drawn, writing=255, ground=0)) == [dense(address)]
    if running.on_lan and lan_address() != "127.0.0.1":
        assert not ipaddress.ip_address(urlsplit(address).hostname).is_loopback


def test_who_to_sign_in_as_can_sign_in(running: RunningServer) -> None:
    staff = told(running, rf"Staff:  (http://\S+/staff/)   everybody's password: {PASSWORD}")
    logins = [match[1] for line in running.said if (match := LOGIN.fullmatch(line))]
    assert len(logins) == 7
    for login in logins:
        person = Visitor()
        path, page = person.open(staff)
        assert path == "/account/sign-in"
        assert "这是演示" in page
        form = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}
        path, page = person.open(staff.replace("/staff/", path), **form, login=login, password=PASSWORD)
        assert "/sign-in" not in path, login


def test_two_codes_open_two_cases(running: RunningServer) -> None:
    track = told(running, r"Tracking codes, for (http://\S+/track)")
    codes = [match[1] for line in running.said if (match := CODE.fullmatch(line))]
    pages = [Visitor().open(f"{track}/case", code=code)[1] for code in codes]
    numbers = [re.search(r"\d{4}-\d{4}", page)[0] for page in pages]
    assert len(set(numbers)) == 2


def test_nothing_is_said_after_ready_and_it_ends_when_told_to(demo_now: DemoHall, tmp_path: Path) -> None:
    demo_now.copy(tmp_path / "i")
    server = RunningServer(program=ROOT / "bin/run", PORT="0", PORTAL_INSTANCE_DIR=str(tmp_path / "i"))
    assert server.wait_until_ready().get("/readyz")[0] == 200
    assert server.end(signal.SIGTERM) == (0, "")
    assert server.said[-1] == f"ready http://127.0.0.1:{server.port}"
