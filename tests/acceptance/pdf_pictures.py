"""Compares pages of report.pdf and report-full.pdf with pictures that somebody has looked at.

Usage: pdf_pictures.py PACK STORED WORK [--store]
STORED holds small grey pictures `short-NN.png` and `full-NN.png` of some pages. Renderers differ by a shade along the edge of a letter, and the
digits of a hash change with every rule: a page agrees when its blocks of 8 x 8 points are as dark as in the picture,
but for a few. A table that lost its head, a chart that is gone, or text over text is many blocks.
With --store the pictures are written anew; then look at them before they are committed.
"""

import subprocess
import sys
from pathlib import Path

from PIL import Image

PAGES = {
    "report.pdf": ("short", range(1, 14)),
    "report-full.pdf": ("full", [2, 8, 11, 16, 25, 29, 33, 36, 37, 48, 57, 60, 71, 78]),
}
# Dots per inch: a block of 8 points is one dot.
COARSE = 9
# A block differs when it is darker or lighter by so many of 255 steps.
STEP = 40
# So many of a page's blocks may differ: 1 in 50.
SHARE = 0.02

pack, stored, work = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
work.mkdir(parents=True, exist_ok=True)


def render(pdf, page, dpi, name):
    target = work / name
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-f", str(page), "-l", str(page), "-singlefile", "-png", str(pdf), str(target)]
    subprocess.run(command, check=True)
    return Image.open(f"{target}.png").convert("L")


def coarse(picture, size):
    return picture.resize(size, Image.Resampling.BOX)


wrong = []
shown = [(file, f"{edition}-{page:02}", page) for file, (edition, pages) in PAGES.items() for page in pages]
for file, name, page in shown:
    picture = render(pack / file, page, 45, name)
    if "--store" in sys.argv:
        stored.mkdir(exist_ok=True)
        picture.quantize(16).save(stored / f"{name}.png", optimize=True)
        continue
    expected = Image.open(stored / f"{name}.png").convert("L")
    if expected.size != picture.size:
        wrong.append(f"page {page} of {file} is {picture.size}, and was {expected.size}")
        continue
    size = (picture.width * COARSE // 45, picture.height * COARSE // 45)
    pairs = list(zip(coarse(picture, size).tobytes(), coarse(expected, size).tobytes(), strict=True))
    share = sum(abs(a - b) > STEP for a, b in pairs) / len(pairs)
    if share > SHARE:
        wrong.append(f"page {page} of {file}: {share:.1%} of its blocks differ; see {work / name}.png and {stored / name}.png")

if wrong:
    sys.exit("\n".join(wrong))
print(f"{len(shown)} pages look as they did")
