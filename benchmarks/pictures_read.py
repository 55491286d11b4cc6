"""Words in pictures: characters read wrong of small, skewed and noisy pages, against tesseract used plainly."""

from __future__ import annotations

import io
import random
import subprocess
from typing import Any

from assistant.authoring.pictures.written import reader, written_in
from benchmarks import Options, Row

_WORDS = (
    "the landlord wrote that from January the monthly rent will rise to 940 pounds please bring your receipt back "
    "within thirty days of purchase for a refund total due 24.85 thank you for your visit the next train to Harbour "
    "Street leaves at half past seven from platform two gate closes twenty minutes before departure seat window"
).split()


def run(options: Options) -> list[Row]:
    """Read the same pages in both ways; nothing where tesseract is not installed."""
    if reader() is None:
        return []
    dice, result = random.Random(options.seed), list[Row]()
    for what, changed in (("", None), (", skewed by 3 degrees", _skewed), (", noisy", _noisy)):
        for size in (8, 10, 12, 16, 24):
            pages = [_page(dice, size) for _ in range(4)]
            shown = [changed(image, dice) if changed else image for _, image in pages]
            texts = [text for text, _ in pages]
            shares = [
                sum(_wrong(text, read(image)) for text, image in zip(texts, shown, strict=True)) / sum(map(len, texts))
                for read in (written_in, plainly)
            ]
            result.append(Row(f"characters read wrong at {size} px{what}", shares[0], "share", "tesseract", shares[1]))
    return result


def plainly(image: Any) -> str:
    """Read a picture by tesseract as it comes."""
    content = io.BytesIO()
    image.save(content, "PNG")
    done = subprocess.run(["tesseract", "stdin", "stdout"], input=content.getvalue(), capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def _page(dice: random.Random, size: int) -> tuple[str, Any]:
    from PIL import Image, ImageDraw, ImageFont

    lines = [" ".join(dice.sample(_WORDS, 6)) for _ in range(6)]
    image = Image.new("RGB", (size * 32, size * 13), "white")
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).multiline_text((size, size), "\n".join(lines), (30, 30, 30), font, spacing=size * 0.7)
    return "\n".join(lines), image


def _skewed(image: Any, dice: random.Random) -> Any:
    return image.rotate(dice.choice((-3, 3)), expand=True, fillcolor="white", resample=3)


def _noisy(image: Any, dice: random.Random) -> Any:
    from PIL import Image

    noise = Image.effect_noise(image.size, 60).convert("RGB")
    return Image.blend(image, noise, dice.uniform(0.25, 0.35))


def _wrong(text: str, read: str) -> int:
    import jellyfish

    wanted, got = " ".join(text.split()), " ".join(read.split())
    return min(len(wanted), int(jellyfish.levenshtein_distance(wanted, got)))
