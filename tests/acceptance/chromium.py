"""Drives headless Chromium over its DevTools protocol: a page at a time, nothing but the standard library and one
WebSocket client. The page under test stays as it is: scripts of the test run in it without loosening its policy.
"""
import base64
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.request

import websocket


class Browser:
    """One Chromium with a fresh profile; ends with the `with` block."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                "--disable-dev-shm-usage", "--remote-debugging-port=0", "--remote-allow-origins=*",
                f"--user-data-dir={self.profile.name}", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        active = pathlib.Path(self.profile.name, "DevToolsActivePort")
        for _ in range(300):
            if active.is_file() and active.read_text().strip():
                break
            time.sleep(0.1)
        self.port = active.read_text().split()[0]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.profile.cleanup()

    def open(self, url, width=1280, height=900, dark=False, scripts=True):
        """A new page, loaded."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/json/new?about:blank", method="PUT")
        target = json.load(urllib.request.urlopen(request))
        return Page(target["webSocketDebuggerUrl"], url, width, height, dark, scripts)


class Page:
    """A loaded page. `said` holds what its console and its network said."""

    def __init__(self, socket, url, width, height, dark, scripts):
        self.socket = websocket.create_connection(socket, timeout=120)
        self.number = 0
        self.said = []
        self.loaded = False
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.url = url
        self.requests = []
        started = time.monotonic()
        self.call("Page.navigate", url=url)
        while not self.loaded:
            self.receive()
        self.seconds = time.monotonic() - started

    def receive(self):
        message = json.loads(self.socket.recv())
        method, data = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.consoleAPICalled" and data["type"] in ("error", "warning"):
            self.said.append("console: " + " ".join(str(one.get("value", "")) for one in data["args"]))
        elif method == "Runtime.exceptionThrown":
            self.said.append("exception: " + data["exceptionDetails"].get("text", ""))
        elif method == "Log.entryAdded" and data["entry"]["level"] in ("error", "warning"):
            self.said.append("log: " + data["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            url = data["request"]["url"]
            if url.split("#")[0] != self.url.split("#")[0] and not url.startswith("data:"):
                self.said.append("request: " + url)
        return message

    def call(self, method, **params):
        """Sends one command and gives its result."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def run(self, script):
        """The value of an expression in the page, promises awaited."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            details = done["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return done["result"].get("value")

    def click(self, selector):
        """A real click with the mouse in the middle of the first element that matches."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
            " const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def key(self, name, code, text=None):
        """One key pressed and released."""
        extra = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=name, code=name, windowsVirtualKeyCode=code, **extra)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, code=name, windowsVirtualKeyCode=code)

    def type(self, text):
        """Text into what has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self, path, whole=False, clip=None):
        """A PNG of what is seen, of the whole page, or of a part."""
        params = {"captureBeyondViewport": True} if whole or clip else {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = (0, 0, size["width"], min(size["height"], 16000))
        if clip:
            params["clip"] = dict(zip(("x", "y", "width", "height"), clip), scale=1)
        data = self.call("Page.captureScreenshot", format="png", **params)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def pdf(self, path):
        """The page as it would be printed."""
        data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.socket.close()
