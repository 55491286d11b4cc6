"""Pictures that are read: the cost of each against its bare decoder, one that is added, and 200 that are broken."""

from __future__ import annotations

import io
import os
import random
import resource
import struct
import time
import zlib
from pathlib import Path

from assistant.app import build
from assistant.app.pictures.library import Pictures
from assistant.authoring.documents.loading import SourceKind, load_documents
from assistant.authoring.pictures.reading import PICTURE_FILES, upright
from assistant.authoring.pictures.sidecars import sidecars
from assistant.config import Config, PathsConfig, PicturesConfig
from benchmarks import Options, Row, quiet
from benchmarks.documents import kept_folder
from benchmarks.pictures_seen import trained_sight


def run(options: Options) -> list[Row]:
    """Measure all of it, with 200 photographs or `--limit`: the cost of each is the same with 10,000."""
    folder, count = kept_folder("hostile-pictures"), options.limit or 200
    return [*_learning(folder / f"whole-{count}", count), *_broken(folder / "broken")]


def _learning(folder: Path, count: int) -> list[Row]:
    """Read and see photographs without words in them; tesseract, which would take most of the time, is out of reach.

    The model that sees is the tiny one of the drawn shapes: with a real one its part is larger, and what is around it
    smaller.
    """
    from PIL import Image

    dice = random.Random(0)
    album = folder / "album"
    album.mkdir(parents=True, exist_ok=True)
    for number in range(count + 1):
        if not (place := album / f"IMG_{number}.jpg").exists():
            small = Image.effect_noise((80, 60), 90).convert("RGB")
            small.putpixel((0, 0), (dice.randrange(256), dice.randrange(256), dice.randrange(256)))
            small.resize((2000, 1500), Image.Resampling.BICUBIC).save(place, quality=85)
    added = album / f"IMG_{count}.jpg"
    aside = added.rename(folder / "aside.jpg")
    path, os.environ["PATH"] = os.environ["PATH"], "/nowhere"
    try:
        model, embedder = str(trained_sight()), build.load_embedder(Config(), quiet)
        config = Config(
            paths=PathsConfig(data=str(folder / f"data-{time.time_ns()}")),
            pictures=PicturesConfig((str(album),), model),
        )
        pictures = Pictures(config, embedder)
        if (sight := pictures.sight(quiet)) is None:
            return []
        sight.embed([str(album / "IMG_0.jpg")])  # both with the model opened
        embedder.embed(["a picture"])
        start = time.perf_counter()
        pictures.embedded(pictures.read(quiet), quiet)
        ours = (time.perf_counter() - start) / count
        aside.rename(added)
        start = time.perf_counter()
        pictures.embedded(pictures.read(quiet), quiet)
        one = time.perf_counter() - start
    finally:
        os.environ["PATH"] = path
    start, thumbnails = time.perf_counter(), list[str]()
    for number in range(count):
        with Image.open(album / f"IMG_{number}.jpg") as image:
            small = upright(image, 640)
            small.thumbnail((320, 320))
            thumbnails.append(str(folder / f"bare-{number}.jpg"))
            small.save(thumbnails[-1], "JPEG", quality=80)
    for begin in range(0, count, 32):
        sight.embed(thumbnails[begin : begin + 32])
    bare = (time.perf_counter() - start) / count
    return [
        Row(f"learning {count} photographs, each", 1000 * ours, "ms", "decoder and model alone", 1000 * bare),
        Row(f"one added to {count}, until it is learnt", one, "s", "limit", 1.0),
    ]


def _broken(folder: Path) -> list[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    made = hostile(folder / "album")
    kind = SourceKind(PICTURE_FILES, "bench", "pictures", (str(folder / "thumbnails"),), sidecars)
    read = load_documents([folder / "album"], None, quiet, kind=kind)
    told = {problem.file.name for problem in read.problems} | {Path(picture.name).name for picture in read.passages}
    crashes = sum("broke off" in problem.message or "gives nothing" in problem.message for problem in read.problems)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    silent = sorted(set(made) - told)
    if silent:
        print("not told:", silent)
    return [
        Row(
            f"of {len(made)} broken pictures, neither read nor told in a line",
            float(len(silent)),
            "pictures",
            "limit",
            0.0,
        ),
        Row("broken pictures that broke the reader", float(crashes), "pictures", "limit", 0.0),
        Row("memory of the reader at most", most, "MB", "limit", 2000.0),
    ]


def hostile(folder: Path, seed: int = 0) -> list[str]:  # noqa: C901 (a list of kinds)
    """Write 200 files that are no sound pictures, each kind in several ways; return their names."""
    from PIL import Image

    dice = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    sound = dict[str, bytes]()
    for form, ending in (
        ("JPEG", "jpg"),
        ("PNG", "png"),
        ("WEBP", "webp"),
        ("GIF", "gif"),
        ("TIFF", "tif"),
        ("BMP", "bmp"),
    ):
        buffer = io.BytesIO()
        Image.effect_noise((300, 200), 80).convert("RGB").save(buffer, form)
        sound[ending] = buffer.getvalue()
    files = dict[str, bytes]()
    for ending, content in sound.items():
        for share in (0.02, 0.3, 0.6, 0.95):
            files[f"cut-{share}.{ending}"] = content[: int(len(content) * share)]
        for number in range(8):
            bad = bytearray(content)
            for _ in range(2**number):
                bad[dice.randrange(len(bad))] = dice.randrange(256)
            files[f"flipped-{number}.{ending}"] = bytes(bad)
        for other in sound:
            if other != ending:
                files[f"is-{other}.{ending}"] = content and sound[other]
        files[f"empty.{ending}"], files[f"text.{ending}"] = b"", b"this is no picture\n" * 20
        files[f"zeros.{ending}"] = b"\0" * 5000
    for number, (width, height) in enumerate(((50_000, 50_000), (65_000, 1), (2_000_000_000, 2_000_000_000), (0, 0))):
        files[f"bomb-{number}.png"] = bomb(width, height)
    for number, text in enumerate(
        ("<script>alert(1)</script>", "<image href='file:///etc/passwd'/>", "<use href='#a'/>")
    ):
        files[f"script-{number}.svg"] = f"<svg xmlns='http://www.w3.org/2000/svg'>{text}</svg>".encode()
    for brand in (b"heic", b"heix", b"mif1", b"hevc"):
        files[f"phone-{brand.decode()}.heic"] = b"\0\0\0\x18ftyp" + brand + b"\0" * 400
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    for form, ending in (("GIF", "gif"), ("WEBP", "webp"), ("PNG", "png")):
        buffer = io.BytesIO()
        frames[0].save(buffer, form, save_all=True, append_images=frames[1:])
        files[f"moving.{ending}"] = buffer.getvalue()
        files[f"moving-cut.{ending}"] = buffer.getvalue()[: len(buffer.getvalue()) * 2 // 3]
    for mode, ending in (("CMYK", "jpg"), ("I;16", "png"), ("F", "tif"), ("1", "png"), ("P", "gif"), ("LA", "png")):
        buffer = io.BytesIO()
        Image.new(mode, (64, 64)).save(buffer, {"jpg": "JPEG", "png": "PNG", "tif": "TIFF", "gif": "GIF"}[ending])
        files[f"mode-{mode.replace(';', '')}.{ending}"] = buffer.getvalue()
    number = 0
    while len(files) < 198:
        number += 1
        exif = dice.randbytes(60)
        files[f"exif-{number}.jpg"] = (
            sound["jpg"][:2] + b"\xff\xe1" + struct.pack(">H", 68) + b"Exif\0\0" + exif + sound["jpg"][2:]
        )
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for name, target in (("loop-1.jpg", "loop-2.jpg"), ("loop-2.jpg", "loop-1.jpg")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    return [*files, "loop-1.jpg", "loop-2.jpg"]


def bomb(width: int, height: int) -> bytes:
    """Make a PNG of few bytes that says it is vast."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
