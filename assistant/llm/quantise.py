"""Language-model weights in 8-bit integers: a quarter of the memory, and of the time that a token takes to read it.

Imports torch, so it is imported late.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Int8Linear(nn.Module):  # type: ignore[misc]
    """A linear layer whose weights are integers, with one scale to each output."""

    FEW_ROWS = 16
    """Up to so many the integer kernel beats unpacking the weights into floats (Qwen2.5 0.5B, AVX2)."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        weight = layer.weight.detach().float()
        scale = weight.abs().amax(dim=1).clamp(min=1e-8) / 127
        self.register_buffer("weight", (weight / scale[:, None]).round().to(torch.int8))
        self.register_buffer("scale", scale)
        self.register_buffer("short_scale", scale.to(torch.bfloat16))
        self.register_buffer("bias", None if layer.bias is None else layer.bias.detach().float())

    def forward(self, x: Any) -> Any:
        """Return x @ weight.T + bias in float32."""
        rows = x.reshape(-1, x.shape[-1])
        if len(rows) <= self.FEW_ROWS:
            y = torch._weight_int8pack_mm(rows.to(torch.bfloat16), self.weight, self.short_scale).float()
        else:
            y = nn.functional.linear(rows.float(), self.weight.float()) * self.scale
        y = y if self.bias is None else y + self.bias
        return y.reshape(*x.shape[:-1], -1)


class ShortEmbedding(nn.Module):  # type: ignore[misc]
    """An embedding table that stays in 16 bits and gives rows in float32."""

    def __init__(self, table: Any) -> None:
        super().__init__()
        self.table = table
        table.weight.data = table.weight.detach().clone()  # else it keeps the whole file mapped

    def forward(self, ids: Any) -> Any:
        """Return the rows of the ids."""
        return self.table(ids).float()


def lighten(model: Any) -> str:
    """Put a 16-bit model's linear layers into integers and all but its embeddings into float32, in place.

    Returns:
        `int8`, or `float32` where this build of torch has no integer kernel, or a wrong one.
    """
    whole = not _kernel_works()
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Linear and not whole:
                setattr(parent, name, Int8Linear(child))
            elif type(child) is nn.Embedding and not whole:
                setattr(parent, name, ShortEmbedding(child))
    tables = {id(layer.table.weight) for layer in model.modules() if isinstance(layer, ShortEmbedding)}
    for weight in model.parameters():
        if id(weight) not in tables:
            weight.data = weight.data.float()
    for buffer in model.buffers():
        if buffer.is_floating_point() and buffer.dtype != torch.bfloat16:
            buffer.data = buffer.data.float()
    return "float32" if whole else "int8"


def _kernel_works() -> bool:
    layer = nn.Linear(64, 32)
    x = torch.randn(1, 64)
    try:
        with torch.inference_mode():
            return bool((Int8Linear(layer)(x) - layer(x)).abs().max() < 0.05)
    except (RuntimeError, AttributeError, NotImplementedError):
        return False
