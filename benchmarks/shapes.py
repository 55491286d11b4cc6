"""A tiny CLIP for drawn shapes: made from a configuration, its weights trained on colours, shapes, counts and places.

python -m benchmarks.shapes FOLDER        writes the trained model into a folder; it can be named in [pictures] model
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

COLOURS = {
    "red": (220, 30, 30), "green": (30, 170, 50), "blue": (40, 60, 220), "yellow": (240, 220, 40),
    "black": (20, 20, 20),
}  # fmt: skip
SHAPES = ("circle", "square", "triangle", "cross")
COUNTS = ("one", "two", "three", "four")
PLACES = {"left": (0.15, 0.5), "right": (0.85, 0.5), "top": (0.5, 0.15), "bottom": (0.5, 0.85), "middle": (0.5, 0.5)}
_SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes of one kind on a plain ground."""

    colour: str
    shape: str
    count: str
    place: str

    @property
    def caption(self) -> str:
        """The drawing in words: `two red circles on the left`."""
        noun = {"cross": "crosses"}.get(self.shape, f"{self.shape}s") if self.count != "one" else self.shape
        number = "a" if self.count == "one" else self.count
        return f"{number} {self.colour} {noun} {'in' if self.place == 'middle' else 'on'} the {self.place}"

    def drawn(self, dice: random.Random, size: int = 192, larger: float = 1.0) -> Any:
        """Draw it, never twice alike: ground, size and place vary; `larger` makes shapes bigger."""
        from PIL import Image, ImageDraw

        grey = dice.randrange(225, 256)
        image = Image.new("RGB", (size, size), (grey, grey, grey))
        pen, number = ImageDraw.Draw(image), COUNTS.index(self.count) + 1
        across, down = (size * (share + dice.uniform(-0.03, 0.03)) for share in PLACES[self.place])
        radius = size * larger * dice.uniform(0.09, 0.11)
        colour = tuple(min(255, max(0, part + dice.randrange(-15, 16))) for part in COLOURS[self.colour])
        for place in range(number):
            shift = (place - (number - 1) / 2) * radius * 2.3
            x, y = (across, down + shift) if self.place in ("left", "right") else (across + shift, down)
            _draw(pen, self.shape, x, y, radius, colour)
        return image


def drawings() -> list[Drawing]:
    """List every drawing that there is: 5 colours x 4 shapes x 4 counts x 5 places = 400."""
    return [Drawing(c, s, n, p) for c in COLOURS for s in SHAPES for n in COUNTS for p in PLACES]


def train(
    folder: Path, items: Sequence[Drawing], steps: int = 800, batch: int = 64, seed: int = 0, larger: float = 1.0
) -> float:
    """Train a model and write it as transformers does; return the share of captions whose drawing was told at the end.

    Of the drawings of a batch and captions of twice as many, each caption that is true of a drawing attracts it. Some
    captions leave the place out, and are true of more than one. What no word of it knows is true of none.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)  # the work of a step is little: threads would wait for one another
    dice = random.Random(seed)
    model, processor = _made()
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, steps, pct_start=0.1)
    pool, right = [(item, _pixels(item.drawn(dice, larger=larger))) for item in items for _ in range(12)], 0.0
    for step in range(1, steps + 1):
        chosen = dice.sample(pool, min(batch, len(pool)))
        shown, pixels = [item for item, _ in chosen], torch.from_numpy(np.stack([drawing for _, drawing in chosen]))
        others = [item.caption for item in dice.sample(items, min(batch, len(items)))]
        texts = list(dict.fromkeys([*(_shortened(item.caption, dice) for item in shown), *others]))
        words = processor.tokenizer([*texts, "<unk>", "a <unk>"], padding=True, return_tensors="pt")
        seen = _unit(model.get_image_features(pixel_values=pixels))
        logits = model.logit_scale.exp().clamp(max=100) * seen @ _unit(model.get_text_features(**words)).T
        fits = torch.tensor([[_is_of(text, item) for text in texts] + [False, False] for item in shown])
        shared = fits.any(0)
        loss = _loss(logits, fits) + _loss(logits.T[shared], fits.T[shared])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        best = logits.T[shared].argmax(1, keepdim=True)
        right = 0.98 * right + 0.02 * float(fits.T[shared].gather(1, best).float().mean())
        if step % 250 == 0:
            print(step, round(loss.item(), 3), round(right, 3), flush=True)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return right


def _made() -> tuple[Any, Any]:
    """Make the model of a configuration, with random weights, and its tokenizer of whole words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, PreTrainedTokenizerFast

    said = " ".join(item.caption for item in drawings()).split()
    words = list(dict.fromkeys([*_SPECIAL, *said, *(f"{shape}s" for shape in SHAPES)]))
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)]
    )
    marks = dict(zip(("pad_token", "unk_token", "bos_token", "eos_token"), _SPECIAL, strict=True))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=16, **marks)
    size = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    # a closing mark of number 2 would have the model read out the word of the highest number instead
    ends = {"pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3}
    text = size | ends | {"vocab_size": len(words), "max_position_embeddings": 16}
    seen = size | {"image_size": 48, "patch_size": 8}
    config = CLIPConfig(text_config=text, vision_config=seen, projection_dim=64)
    images = CLIPImageProcessor(size={"shortest_edge": 48}, crop_size={"height": 48, "width": 48})
    return CLIPModel(config), CLIPProcessor(image_processor=images, tokenizer=fast)


def _pixels(image: Any) -> Any:
    """Return the numbers of a drawing as the processor would, shape (3, side, side)."""
    from PIL import Image

    mean, spread = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    values = (np.asarray(image.resize((48, 48), Image.Resampling.BICUBIC), np.float32) / 255 - mean) / spread
    return values.astype(np.float32).transpose(2, 0, 1)


def _shortened(caption: str, dice: random.Random) -> str:
    """Leave the place out of one caption in four."""
    return caption.rpartition(" on the ")[0] or caption.rpartition(" in the ")[0] if dice.random() < 0.25 else caption


def _is_of(text: str, item: Drawing) -> bool:
    return item.caption.startswith(text)


def _unit(features: Any) -> Any:
    features = getattr(features, "pooler_output", features)
    return features / features.norm(dim=-1, keepdim=True)


def _loss(logits: Any, fits: Any) -> Any:
    """Return the cross entropy of rows of which several columns may be right."""
    import torch

    return (torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~fits, -1e4), 1)).mean()


def _draw(pen: Any, shape: str, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
    box = (x - radius, y - radius, x + radius, y + radius)
    match shape:
        case "circle":
            pen.ellipse(box, fill=colour)
        case "square":
            pen.rectangle(box, fill=colour)
        case "triangle":
            pen.polygon(((x, y - radius), (x - radius, y + radius), (x + radius, y + radius)), fill=colour)
        case _:
            thin = radius / 3
            pen.rectangle((x - radius, y - thin, x + radius, y + thin), fill=colour)
            pen.rectangle((x - thin, y - radius, x + thin, y + radius), fill=colour)


if __name__ == "__main__":
    print(f"{train(Path(sys.argv[1]), drawings()):.3f} told rightly at the end")
