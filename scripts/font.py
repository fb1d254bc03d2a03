"""Makes the font of pictures: the letters of GB 2312 and a few more, out of the whole Noto Sans SC.

pip install fonttools==4.68.0    # it stands in no lock: the font is made once and kept in static/vendor
python scripts/font.py NotoSansSC_400Regular.ttf    # of the npm package @expo-google-fonts/noto-sans-sc 0.4.3
"""

from __future__ import annotations

import sys
from pathlib import Path

from minilens.render.png import BESIDES, FONT

VENDOR = Path(__file__).parent.parent / "src/minilens/static/vendor"
ROWS, CELLS = range(0xA1, 0xF8), range(0xA1, 0xFF)


def gb2312() -> set[str]:
    """Its 7,445 letters."""
    every = (bytes([row, cell]).decode("gb2312", "ignore") for row in ROWS for cell in CELLS)
    return {letter for letter in every if letter}


def main(whole: str) -> None:
    """Without hints, and without tables that only vertical lines need."""
    from fontTools import subset  # type: ignore[import-not-found]

    options = subset.Options(hinting=False, layout_features=["kern"], notdef_outline=True)
    options.drop_tables += ["vhea", "vmtx", "VORG", "GSUB"]
    font = subset.load_font(whole, options)
    made = subset.Subsetter(options)
    wanted = {ord(letter) for letter in gb2312() | BESIDES}
    made.populate(unicodes=wanted)
    made.subset(font)
    lacking = wanted - set(font.getBestCmap())
    font["head"].modified = font["head"].created  # the same bytes each time
    font.recalcTimestamp = False
    subset.save_font(font, str(VENDOR / FONT), options)
    print(
        f"{FONT}: {len(wanted) - len(lacking)} letters; lacking: {''.join(map(chr, sorted(lacking)))}"
    )


if __name__ == "__main__":
    main(sys.argv[1])
