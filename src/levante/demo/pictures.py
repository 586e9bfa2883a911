"""Pictures of invented products, drawn with a few shapes: no photograph of anybody's, and a moment to make."""

import io
from types import SimpleNamespace
from typing import Any

SIZE = (960, 640)
#: Two colours of the ground and one of the thing, by what is drawn.
COLOURS = {
    "boat": ("#bfe0f2", "#0b4a7d", "#ffffff"),
    "sail": ("#fde7c2", "#2c6f9e", "#ffffff"),
    "leaf": ("#e9f1dc", "#4f6b2f", "#cfe3a8"),
    "dress": ("#f7e6e8", "#7d3b4a", "#fbf3ee"),
    "shoe": ("#f3e8da", "#6b4a2f", "#3b2416"),
    "bag": ("#f6ead8", "#8a5a2b", "#5b3514"),
    "ring": ("#1b2b44", "#0a2540", "#e9c46a"),
    "sofa": ("#efe7db", "#9a8f80", "#4f6b5f"),
    "stone": ("#f6f1e7", "#d8c7a4", "#fffaf0"),
    "lamp": ("#0a2540", "#301b4a", "#ffd166"),
    "fish": ("#d9eef5", "#1d6f8c", "#e8eef0"),
    "plane": ("#dce9f5", "#6f8fb0", "#ffffff"),
    "grid": ("#e8f0f6", "#0b4a7d", "#ffffff"),
}


def picture(motif: str, seed: int) -> Any:
    """A JPEG in the shape of an upload; ``seed`` moves the sun a little, so that no two are one."""
    from PIL import Image, ImageDraw, ImageOps

    light, deep, thing = COLOURS[motif]
    ground = ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), light, deep)
    pen = ImageDraw.Draw(ground)
    x, y = 140 + seed * 37 % 680, 110 + seed * 13 % 60
    pen.ellipse((x - 55, y - 55, x + 55, y + 55), fill="#e9a23b")
    _SHAPES[motif](pen, thing)
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=80)
    content = out.getvalue()
    return SimpleNamespace(name="disegno.jpg", size=len(content), chunks=lambda: [content])


def _boat(pen: Any, colour: str) -> None:
    pen.polygon([(230, 420), (760, 420), (690, 520), (300, 520)], fill=colour)
    pen.polygon([(480, 160), (480, 400), (700, 400)], fill=colour)
    pen.polygon([(460, 220), (460, 400), (320, 400)], fill="#f6f1e7")


def _sail(pen: Any, colour: str) -> None:
    pen.polygon([(500, 90), (500, 520), (780, 520)], fill=colour)
    pen.polygon([(480, 150), (480, 520), (260, 520)], fill="#f6d9a8")


def _leaf(pen: Any, colour: str) -> None:
    for left in (280, 440, 600):
        pen.ellipse((left, 180, left + 110, 520), fill=colour)
        pen.line((left + 55, 200, left + 55, 560), fill="#4f6b2f", width=6)


def _dress(pen: Any, colour: str) -> None:
    pen.polygon([(420, 130), (540, 130), (560, 290), (720, 570), (240, 570), (400, 290)], fill=colour)
    pen.rectangle((400, 285, 560, 305), fill="#b83a4b")


def _shoe(pen: Any, colour: str) -> None:
    pen.polygon([(250, 300), (420, 290), (520, 400), (740, 440), (750, 510), (250, 510)], fill=colour)
    pen.rectangle((240, 510, 760, 545), fill="#f6f1e7")


def _bag(pen: Any, colour: str) -> None:
    pen.arc((370, 150, 590, 420), 180, 360, fill=colour, width=22)
    pen.rounded_rectangle((270, 280, 690, 560), 40, fill=colour)
    pen.rectangle((455, 370, 505, 420), fill="#e9c46a")


def _ring(pen: Any, colour: str) -> None:
    pen.ellipse((350, 230, 610, 560), outline=colour, width=34)
    pen.polygon([(480, 130), (560, 200), (480, 270), (400, 200)], fill="#f6f1e7")


def _sofa(pen: Any, colour: str) -> None:
    pen.rounded_rectangle((220, 240, 740, 450), 40, fill=colour)
    pen.rounded_rectangle((170, 340, 290, 540), 30, fill="#3f574d")
    pen.rounded_rectangle((670, 340, 790, 540), 30, fill="#3f574d")
    pen.rounded_rectangle((250, 410, 710, 520), 24, fill="#7fa08f")


def _stone(pen: Any, colour: str) -> None:
    for row, top in enumerate((200, 310, 420)):
        for left in range(200 - row * 40, 760, 190):
            pen.rectangle((left, top, left + 176, top + 96), fill=colour, outline="#b9a679", width=3)


def _lamp(pen: Any, colour: str) -> None:
    for left, top in ((180, 240), (380, 140), (580, 240)):
        pen.arc((left, top, left + 200, top + 380), 180, 360, fill=colour, width=10)
        for step in range(6):
            pen.ellipse((left + step * 38, top + 180, left + step * 38 + 18, top + 198), fill=colour)


def _fish(pen: Any, colour: str) -> None:
    for top in (180, 330, 460):
        pen.ellipse((260, top, 620, top + 110), fill=colour)
        pen.polygon([(600, top + 55), (720, top), (720, top + 110)], fill=colour)
        pen.ellipse((310, top + 38, 328, top + 56), fill="#0a2540")


def _plane(pen: Any, colour: str) -> None:
    pen.rounded_rectangle((200, 310, 760, 370), 30, fill=colour)
    pen.polygon([(430, 340), (560, 340), (440, 560), (380, 560)], fill=colour)
    pen.polygon([(430, 340), (560, 340), (440, 150), (380, 150)], fill=colour)


def _grid(pen: Any, colour: str) -> None:
    points = [(260, 220), (460, 160), (680, 260), (320, 430), (560, 400), (720, 500)]
    for start in points:
        for end in points:
            pen.line((*start, *end), fill=colour, width=3)
    for x, y in points:
        pen.ellipse((x - 22, y - 22, x + 22, y + 22), fill="#e9a23b")


_SHAPES = {
    "boat": _boat,
    "sail": _sail,
    "leaf": _leaf,
    "dress": _dress,
    "shoe": _shoe,
    "bag": _bag,
    "ring": _ring,
    "sofa": _sofa,
    "stone": _stone,
    "lamp": _lamp,
    "fish": _fish,
    "plane": _plane,
    "grid": _grid,
}
