"""Takes the screenshots of docs/ from a demo hall of its own: `bin/screenshots`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from portal.demo.people import PASSWORD
from tests.serving.servers import ROOT, RunningServer

FOLDER = ROOT / "docs" / "screenshots"
# What somebody would write.
WORDS = (
    "我妈72岁，下周要去省城做手术。9月29日第一次来办异地就医备案，3号窗口说少一份居住证明，要回老家开。"
    "今天又来，还是这句话，材料退给我了。可办事指南上写的是填一份承诺书就行。"
)


def main() -> None:
    """Fill a hall, serve it, and walk through it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        environment = {"PORTAL_INSTANCE_DIR": name, "PORTAL_DEMO": "1"}
        for verb in (["db", "upgrade"], ["demo"]):
            run(verb, environment)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with RunningServer("-m", "portal", "serve", "--port", "0", **environment) as server:
            site = f"http://127.0.0.1:{server.port}"
            told = run(["demo", "--show"], environment)
            citizen(browser, site, told)
            staff(browser, site)
        browser.close()


def run(verb: list[str], environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "portal", *verb]
    whole = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=whole, cwd=ROOT).stdout


@contextmanager
def person(browser: Browser, site: str, login: str = "", **options: Any) -> Iterator[Page]:
    chosen = {"viewport": {"width": 360, "height": 780}, "locale": "zh-CN", "device_scale_factor": 2} | options
    context = browser.new_context(base_url=site, timezone_id="Asia/Shanghai", **chosen)
    page = context.new_page()
    if login:
        page.goto("/account/sign-in")
        page.locator("details:has(#login) summary").click()
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()


def shoot(page: Page, name: str, *, most: int = 1800) -> None:
    """One picture, as far down as a reader wants to see."""
    page.wait_for_timeout(300)
    width = (page.viewport_size or {"width": 360})["width"]
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), most)
    page.screenshot(
        path=FOLDER / f"{name}.png", full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
    )


def citizen(browser: Browser, site: str, told: str) -> None:
    """The page under the QR, the report, the receipt, a late case, an answered one; elder, dark, English."""
    found = re.search(r"/q/([0-9a-z]{8})", told)
    assert found
    slug = found.group(1)
    codes = re.findall(r"(?:\d{4}[ -]?){5}", told)
    with person(browser, site) as page:
        page.goto(f"/q/{slug}")
        shoot(page, "landing")
        page.goto(f"/rate/{slug}")
        page.locator("label[for=l2]").click()
        shoot(page, "rate")
        page.goto(f"/report?at={slug}")
        page.locator(".step:visible button[data-does=next]").click()
        page.fill("#words", WORDS)
        page.locator("input[name=obstacles][value=beyond_guide]").check()
        shoot(page, "report")
        while page.locator("#send").is_hidden():
            page.locator(".step:visible button[data-does=next]").click()
        shoot(page, "report-read-over")
        page.locator("#send").click()
        page.wait_for_selector(".key")
        shoot(page, "receipt")
    for name, code in zip(("track", "track-answered"), codes, strict=False):
        with person(browser, site) as page:
            look_up(page, code)
            shoot(page, name, most=2200)
    with person(browser, site, color_scheme="dark") as page:
        look_up(page, codes[0])
        shoot(page, "track-dark")
    with person(browser, site) as page:
        page.goto(f"/q/{slug}?view=elder")
        shoot(page, "landing-elder")
    with person(browser, site, locale="en-GB") as page:
        page.goto(f"/q/{slug}")
        shoot(page, "landing-en")


def look_up(page: Page, code: str) -> None:
    page.goto("/track")
    page.fill("input[name=code]", code.strip())
    page.locator("main form .btn.main").click()
    page.wait_for_selector(".stage")


def staff(browser: Browser, site: str) -> None:
    """Inbox, case, calls, posters, scores."""
    desk = {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1}
    with person(browser, site, "zhoumin", **desk) as page:
        page.goto("/staff/")
        shoot(page, "inbox", most=1100)
    with person(browser, site, "chenli", **desk) as page:
        page.goto("/staff/")
        page.locator(".ledger tbody th a").first.click()
        page.wait_for_selector("blockquote.said")
        shoot(page, "case")
    with person(browser, site, "lixiaowen", **desk) as page:
        page.goto("/staff/cases/new")
        shoot(page, "enter")
    with person(browser, site, "hejing", **desk) as page:
        page.goto("/staff/follow-ups")
        shoot(page, "follow-ups", most=1100)
    with person(browser, site, "gaojie", **desk) as page:
        page.goto("/posters/?first=1&last=20")
        shoot(page, "posters", most=1000)
        page.locator("table a").first.click()
        page.wait_for_selector("img")
        source = page.locator("main img").first.get_attribute("src")
        (FOLDER / "poster.png").write_bytes(page.request.get(f"{site}{source}").body())
    with person(browser, site, "qianjin", **desk) as page:
        page.goto("/scores/?by=department")
        shoot(page, "scores", most=1500)


if __name__ == "__main__":
    main()
