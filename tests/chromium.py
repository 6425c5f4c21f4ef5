"""A real Chromium for tests: one a process, since playwright has one loop for each; people's browsers; axe-core."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

# Patience on a busy machine, not a claim about speed.
expect.set_options(timeout=30_000)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Without these Chromium looks for its maker's servers on every start.
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium")
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class _Answering(WSGIRequestHandler):
    timeout = 5  # a browser opens connections ahead and leaves them


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the app of this test is served, in threads of the test's own process: its clock can be set."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Answering)
    # Closing it waits for the last answer: a late one would meet the database of the next test.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_context(chromium: Browser, site: str, **options: Any) -> BrowserContext:
    """A person's browser: Chinese and in Shanghai unless the options say otherwise."""
    context = chromium.new_context(base_url=site, timezone_id="Asia/Shanghai", **{"locale": "zh-CN", **options})
    context.set_default_timeout(30_000)
    return context


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]
