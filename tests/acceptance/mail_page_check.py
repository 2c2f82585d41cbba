"""Renders the HTML part of a mail in headless Chromium, at 640 and 380 pixels, light and dark, and reads the text part.

usage: mail_page_check.py EML OUTDIR

Fails if a line of the text part has more than 72 columns, if the page asks for anything, if Chromium reports an error,
if anything is wider than its window (also with words of 300 letters), or if dark is not dark. The pictures in OUTDIR are
for people.
"""
import email
import email.policy
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

message = email.message_from_bytes(pathlib.Path(sys.argv[1]).read_bytes(), policy=email.policy.default)
out = pathlib.Path(sys.argv[2]).resolve()
out.mkdir(parents=True, exist_ok=True)
page = message.get_body(("html",)).get_content()
problems = [
    f"{len(line)} columns: {line}" for line in message.get_body(("plain",)).get_content().splitlines() if len(line) > 72
]
if re.search(r"(src|href)\s*=|url\(|@import|<script|https?:", page, re.IGNORECASE):
    problems.append("the page asks for something")

# A frame, because a window of Chromium is never narrower than 500 pixels.
FRAME = """<!doctype html><style>html{color-scheme:light dark}body{margin:0}iframe{border:0;display:block}</style>
<iframe id="mail" width="%d" height="%d" srcdoc="%s"></iframe>
<pre id="said" hidden></pre>
<script>
const mail = document.getElementById("mail");
mail.onload = () => {
  const inside = mail.contentDocument;
  document.getElementById("said").textContent = JSON.stringify({
    wide: inside.documentElement.scrollWidth,
    back: getComputedStyle(inside.body).backgroundColor,
    text: inside.body.innerText.length,
  });
};
</script>"""


def look(name, content, width, height, dark):
    with tempfile.TemporaryDirectory() as folder:
        wrapper = pathlib.Path(folder) / "frame.html"
        wrapper.write_text(FRAME % (width, height, html.escape(content, quote=True)))
        command = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--hide-scrollbars", "--enable-logging=stderr", f"--user-data-dir={folder}/profile",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}", f"--window-size={max(width, 500)},{height}",
        ]
        picture = out / f"{name}-{width}-{'dark' if dark else 'light'}.png"
        subprocess.run([*command, f"--screenshot={picture}", wrapper.as_uri()], capture_output=True, timeout=180)
        done = subprocess.run([*command, "--dump-dom", wrapper.as_uri()], capture_output=True, text=True, timeout=180)
    problems.extend(f"{picture.name}: {line}" for line in done.stderr.splitlines() if "CONSOLE" in line)
    said = re.search(r'<pre id="said" hidden="">(.*?)</pre>', done.stdout)
    if not said or not picture.is_file():
        problems.append(f"{picture.name}: the page did not load")
        return
    seen = json.loads(html.unescape(said[1]))
    if seen["wide"] > width:
        problems.append(f"{picture.name}: {seen['wide']} pixels wide")
    bright = sum(map(int, re.findall(r"\d+", seen["back"])[:3])) > 382
    if bright == dark or seen["text"] < 200:
        problems.append(f"{picture.name}: {seen}")


for dark in (False, True):
    look("mail", page, 640, 900, dark)
    look("mail", page, 380, 800, dark)
# Every word of the data in one of 300 letters.
look("long-words", re.sub(r"(?<=>)([^<>{}]*\w[^<>{}]*)(?=</(?:strong|div|span))", "x" * 300, page), 380, 800, False)

print("\n".join(problems) or f"pictures are in {out}")
sys.exit(1 if problems else 0)
