"""A real browser without a window, driven through the WebDriver of the same package."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
QUIET = (
    "--headless=new",
    "--no-sandbox",  # its own needs rights that a container does not give; only our pages are opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
)
PHONE, DESK = 360, 1280  # pixels


def missing() -> str:
    """Why there is no browser to test with; "" where there is one."""
    absent = [str(path) for path in (CHROMIUM, DRIVER) if not path.exists()]
    return (
        f"no {' and no '.join(absent)}: apt-get install chromium chromium-driver" if absent else ""
    )


class Browser:
    """What a test asks of it. Every request a page makes, or tries to make, is noted."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, page: Path, *, width: int = DESK, dark: bool = False, media: str = "") -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._do("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self._do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=800, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        self._driver.get_log("browser")
        self._driver.get_log("performance")
        self._driver.get(page.as_uri())

    def ask(self, script: str, *arguments: Any) -> Any:
        """What a script of the test finds in the page; the page's own are forbidden."""
        return self._driver.execute_script(f"return {script}", *arguments)

    def later(self, script: str) -> Any:
        return self._driver.execute_async_script(script)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def requested(self) -> list[str]:
        """The addresses the page asked for since it was opened, itself among them."""
        entries = [json.loads(e["message"])["message"] for e in self._driver.get_log("performance")]
        sent = [e["params"] for e in entries if e["method"] == "Network.requestWillBeSent"]
        return [params["request"]["url"] for params in sent]

    def picture(self, *, height: int = 0) -> bytes:
        """The page as PNG, whole or its first `height` pixels."""
        size = self._do("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "scale": 1}
        clip["height"] = min(height, size["height"]) if height else size["height"]
        done = self._do("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(done["data"])

    def printed(self) -> bytes:
        """The page as PDF, as it leaves a printer with white paper."""
        done = self._do("Page.printToPDF", printBackground=False, preferCSSPageSize=True)
        return base64.b64decode(done["data"])

    def _do(self, command: str, **parameters: Any) -> Any:
        return self._driver.execute_cdp_cmd(command, parameters)


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in that folder. Nothing is downloaded for it."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*QUIET, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options, Service(str(DRIVER)))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
