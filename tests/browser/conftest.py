"""A real Chromium against a real server with the demo hall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal import create_app
from portal.demo.people import PASSWORD
from portal.extensions import db
from tests.browser.demo_facts import facts
from tests.chromium import open_context
from tests.databases import settings_for
from tests.demo_hall import DemoHall
from tests.serving.servers import RunningServer


@pytest.fixture(scope="module")
def hall_folder(demo_now: DemoHall, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation that the server of this module of tests works on."""
    folder = tmp_path_factory.mktemp("hall") / "i"
    demo_now.copy(folder)
    return folder


@pytest.fixture(scope="module")
def site(hall_folder: Path) -> Iterator[str]:
    """The address of a server with the demo hall; its own for each module of tests."""
    command = ("-m", "portal", "serve", "--port", "0", "--processes", "1", "--no-worker")
    with RunningServer(*command, PORTAL_INSTANCE_DIR=str(hall_folder), PORTAL_DEMO="1") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def known(hall_folder: Path) -> dict[str, str]:
    """Codes, numbers and slugs of that installation, by what they stand for."""
    app = create_app(settings_for(hall_folder))
    with app.app_context():
        found = facts()
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.fixture
def browse(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """A new person's browser: browse(width=360, scripts=True, language="zh", elder=False, dark=False)."""
    contexts: list[BrowserContext] = []

    def open_browser(
        width: int = 360,
        *,
        scripts: bool = True,
        language: str = "zh",
        elder: bool = False,
        dark: bool = False,
        **options: Any,
    ) -> Page:
        context = open_context(
            chromium,
            site,
            viewport={"width": width, "height": 800},
            locale="en-GB" if language == "en" else "zh-CN",
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        if elder:
            context.add_cookies([{"name": "bc_view", "value": "elder", "url": site}])
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


def sign_in(page: Page, login: str) -> Page:
    """Sign in as one of the invented people."""
    page.goto("/account/sign-in")
    page.locator("details:has(#login) summary").click()
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page
