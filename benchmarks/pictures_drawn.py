"""Pictures made by a seeded script: 60 that are asked about and others beside them, captioned in every way there is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import json_lines

DATA = Path(__file__).parent / "data" / "pictures"

_WHO = ("Peter", "Nina", "Oscar", "Ruth", "the neighbours", "two hikers", "a street musician", "an old man", "Clara")
_DOES = (
    "drinking coffee", "reading a newspaper", "waiting at the station", "repairing a clock", "feeding the ducks",
    "painting a wall", "playing chess", "picking mushrooms", "climbing a ladder", "watering plants",
    "baking pretzels", "looking at a map", "crossing the bridge", "carrying a ladder", "washing the windows",
)  # fmt: skip
_WHERE = ("by the canal", "in the old town", "at the market", "in the forest", "on the balcony", "near the castle")
_SHOPS = ("Corner Bakery", "Sunrise Florist", "Metro Shoes", "Lamp World", "Toy Castle", "Optic Plus", "Tea House")
_GOODS = ("Rolls", "Tulips", "Laces", "Bulb E27", "Puzzle", "Lens cloth", "Green tea", "Candles", "Postcards")


def draw(folder: Path, count: int = 300, seed: int = 0) -> dict[str, str]:
    """Write the pictures into a folder; return the id of each by its name there, empty for those beside."""
    rows = [*json_lines(DATA / "pictures.jsonl")]
    dice = random.Random(seed)
    rows += list(_others(count - len(rows), dice))
    ids = dict[str, str]()
    for row in rows:
        place = folder / row["folder"] / row["name"]
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, row, dice)
        ids[f"{row['folder']}/{row['name']}"] = row.get("id", "")
    return ids


def _others(count: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(count):
        moment = datetime(2022, 1, 1) + timedelta(hours=dice.randrange(24 * 365 * 4))
        row = {"taken": moment.isoformat(), "gps": None, "caption": "", "written": "", "how": "none"}
        if number % 4 == 3:
            goods = "\n".join(f"{name} {dice.randrange(100, 2000) / 100:.2f}" for name in dice.sample(_GOODS, 2))
            text = f"{dice.choice(_SHOPS)}\n{goods}\nTOTAL {dice.randrange(300, 9000) / 100:.2f}"
            yield row | {"folder": "Papers", "name": f"scan{number + 1000}.png", "written": text}
            continue
        caption = f"{dice.choice(_WHO)} {dice.choice(_DOES)} {dice.choice(_WHERE)}".capitalize()
        how = dice.choice(("exif", "xmp", "iptc", "txt", "json", "name"))
        name = f"{caption} {number}.jpg" if how == "name" else f"IMG_{number + 20000}.jpg"
        yield row | {"folder": f"Album {moment.year}", "name": name, "caption": caption, "how": how}


def _write(place: Path, row: Mapping[str, Any], dice: random.Random) -> None:
    """Draw a picture, and say what it shows in the way of its row."""
    from PIL import Image, PngImagePlugin

    image = _page(row["written"]) if row["written"] else _scene(dice)
    exif = Image.Exif()
    caption, how = row["caption"], row["how"]
    if place.suffix == ".jpg":
        exif[0x0110] = "Camera One"
        exif.get_ifd(0x8769)[0x9003] = row["taken"].replace("-", ":").replace("T", " ")
        if row["gps"]:
            exif.get_ifd(0x8825).update(_position(*row["gps"]))
    if how == "exif":
        exif[0x010E] = caption
    options: dict[str, Any] = {"exif": exif}
    if how == "xmp":
        options["xmp"] = _xmp(caption).encode()
    if place.suffix == ".png":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Creation Time", row["taken"].replace("T", " "))
        options["pnginfo"] = texts
    image.save(place, **options)
    if how == "iptc":
        place.write_bytes(_with_iptc(place.read_bytes(), caption))
    elif how == "txt":
        place.with_name(f"{place.name}.txt").write_text(caption, encoding="utf-8")
    elif how == "json":
        place.with_name(f"{place.name}.json").write_text(json.dumps({"title": place.name, "description": caption}))


def _scene(dice: random.Random) -> Any:
    from PIL import Image, ImageDraw

    def colour() -> tuple[int, ...]:
        return tuple(dice.randrange(256) for _ in range(3))

    image = Image.new("RGB", (640, 480), colour())
    pen = ImageDraw.Draw(image)
    for _ in range(dice.randrange(3, 8)):
        x, y = dice.randrange(600), dice.randrange(440)
        shape = pen.ellipse if dice.random() < 0.5 else pen.rectangle
        shape((x, y, x + dice.randrange(20, 200), y + dice.randrange(20, 200)), fill=colour())
    return image


def _page(text: str) -> Any:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (900, 700), "white")
    ImageDraw.Draw(image).multiline_text((40, 40), text, "black", ImageFont.load_default(30), spacing=14)
    return image


def _position(latitude: float, longitude: float) -> dict[int, Any]:
    def parts(degrees: float) -> tuple[float, float, float]:
        whole, rest = divmod(abs(degrees) * 60, 60)
        return whole, float(int(rest)), round(rest % 1 * 60, 2)

    north, east = "S" if latitude < 0 else "N", "W" if longitude < 0 else "E"
    return {1: north, 2: parts(latitude), 3: east, 4: parts(longitude)}


def _xmp(caption: str) -> str:
    names = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    text = f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{caption}</rdf:li></rdf:Alt></dc:description>'
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {names}><rdf:Description rdf:about="">{text}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def _with_iptc(content: bytes, caption: str) -> bytes:
    """Put a caption of IPTC into a JPEG: a block of Photoshop's behind its first two bytes."""
    text = caption.encode()
    record = b"\x1c\x02\x78" + len(text).to_bytes(2, "big") + text
    record += b"\0" * (len(record) % 2)
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record
    return content[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + content[2:]
