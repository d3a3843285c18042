#!/usr/bin/env python3
"""Opens a report in headless Chromium and checks what a reader would notice.

  tests/report_in_browser.py REPORT.html [--screenshots FOLDER]

At 360 and 1440 pixels, light and dark: nothing on the console, no request to anywhere, no script, no
horizontal overflow, every figure has a size, marks and texts that stay inside it, every link leads
somewhere, every figure can be reached by the keyboard and has a title and a description. Exit code 1
and one line per complaint if not; 77 if there is no Chromium. Speaks the DevTools protocol over
Chromium's pipe, so that Python's standard library is enough.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

CHECK = r"""(() => {
  const complaints = [], say = (what) => complaints.push(what);
  const page = document.documentElement;
  if (page.scrollWidth > window.innerWidth)
    say(`the page is ${page.scrollWidth} wide in a window of ${window.innerWidth}`);
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    const scrolls = e.closest('.scroll, pre');
    if (!scrolls && !e.closest('svg') && box.width > 0 && box.right > window.innerWidth + 1)
      say(`<${e.tagName}> ${e.id} reaches to ${box.right}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of ids.filter((id, k) => ids.indexOf(id) !== k)) say(`the id ${id} is there twice`);
  const drawings = [...document.querySelectorAll('svg')];
  if (drawings.length === 0) say('there is no figure');
  for (const svg of drawings) {
    const figure = svg.closest('figure'), name = figure ? figure.id : '?';
    const box = svg.getBoundingClientRect();
    if (box.width < 200 || box.height < 60) say(`${name}: only ${box.width} x ${box.height}`);
    const marks = svg.querySelectorAll('rect,circle,path,polyline,polygon');
    const seen = [...marks].filter((m) => m.getBBox().width + m.getBBox().height > 0);
    if (seen.length < 3) say(`${name}: ${seen.length} marks`);
    for (const t of svg.querySelectorAll('text')) {
      const b = t.getBoundingClientRect();
      if (b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1 ||
          b.bottom > box.bottom + 1)
        say(`${name}: the text "${t.textContent}" sticks out`);
    }
    const words = (svg.getAttribute('aria-labelledby') || '').split(' ')
        .map((id) => (document.getElementById(id) || {}).textContent || '');
    if (svg.getAttribute('role') !== 'img' || words.length < 2 || words.some((w) => w.length < 5))
      say(`${name}: not described`);
    if (figure) {
      figure.focus();
      if (document.activeElement !== figure) say(`${name}: the keyboard cannot reach it`);
    }
  }
  for (const a of document.querySelectorAll('a')) {
    const to = a.getAttribute('href') || '';
    if (!to.startsWith('#') || !document.getElementById(to.slice(1))) say(`dead link ${to}`);
    if (a.textContent.trim() === '') say(`a link without words to ${to}`);
  }
  if (document.scripts.length > 0) say('there is a script');
  if (document.querySelector('[src], iframe, object, embed, form, base, link')) say('there is an element that loads');
  for (const e of document.querySelectorAll('*'))
    for (const attribute of e.attributes)
      if (attribute.name.startsWith('on')) say(`<${e.tagName}> has ${attribute.name}`);
  if (window.injected) say('something from a file ran');
  return complaints;
})()"""


class Browser:
    """One page of a Chromium that is gone with `with`."""

    def __init__(self, program):
        to_child, self.out = os.pipe()
        self.inp, from_child = os.pipe()
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # Chromium reads commands from descriptor 3 and writes answers to 4.
        redirect = f'exec "$@" 3<&{to_child} 4>&{from_child}'
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", redirect, "bash", program, "--headless=new", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--user-data-dir=" + self.profile.name],
            pass_fds=(to_child, from_child), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self.events, self.buffer, self.last = [], b"", 0
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def read(self):
        while b"\0" not in self.buffer:
            part = os.read(self.inp, 1 << 20)
            if not part:
                raise SystemExit("Chromium has gone")
            self.buffer += part
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.read())

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"the check itself failed: {result['exceptionDetails']}")
        return result["result"]["value"]


def complaints_of(events, url):
    for event in events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            yield "console: " + params["entry"]["text"]
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening"):
            yield f"console: {params}"
        if method == "Network.requestWillBeSent" and params["request"]["url"].split("#")[0] != url:
            yield "asked for " + params["request"]["url"][:80]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("report", type=pathlib.Path)
    arguments.add_argument("--screenshots", type=pathlib.Path)
    options = arguments.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        print("skipped: there is no chromium")
        return 77
    url = options.report.resolve().as_uri()
    complaints = []
    with Browser(program) as browser:
        for width in (360, 1440):
            for scheme in ("light", "dark"):
                browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                             deviceScaleFactor=1, mobile=width < 500)
                browser.call("Emulation.setEmulatedMedia",
                             features=[{"name": "prefers-color-scheme", "value": scheme}])
                browser.open(url)
                here = list(browser.evaluate(CHECK)) + list(complaints_of(browser.events, url))
                complaints += [f"{width} pixels, {scheme}: {what}" for what in here]
                if options.screenshots:
                    options.screenshots.mkdir(parents=True, exist_ok=True)
                    browser.evaluate("document.activeElement.blur(), window.scrollTo(0, 0), 0")
                    height = browser.evaluate("document.documentElement.scrollHeight")
                    image = browser.call(
                        "Page.captureScreenshot", captureBeyondViewport=True,
                        clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
                    name = f"{options.report.stem}-{width}-{scheme}.png"
                    (options.screenshots / name).write_bytes(base64.b64decode(image["data"]))
        figures = browser.evaluate("document.querySelectorAll('svg').length")
    for what in complaints:
        print(what)
    print(f"{figures} figures, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
