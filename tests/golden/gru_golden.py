"""Writes gru.golden.json: a GRU sequence with episode resets and its gradients, worked out by PyTorch.

    python -m pip install torch && python tests/golden/gru_golden.py

All in double precision; gates of torch.nn.GRUCell come in the order r, z, n, weights as [3H, I].
"""
import json
import pathlib

import torch

torch.manual_seed(21)
torch.set_default_dtype(torch.float64)
T, B, I, H = 6, 3, 5, 4


def draw(*shape, scale=1.0):
    """Normal numbers that single precision holds exactly, so that rounding of inputs plays no part."""
    return (torch.randn(*shape) * scale).float().double()


def listed(tensor):
    values = [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


leaves = {
    "x": draw(T, B, I), "h0": draw(B, H, scale=0.5), "wx": draw(I, 3 * H, scale=0.4),
    "wh": draw(H, 3 * H, scale=0.4), "bx": draw(3 * H, scale=0.2), "bh": draw(3 * H, scale=0.2),
}
for leaf in leaves.values():
    leaf.requires_grad_()
weight_hs, mask = draw(T, B, H), torch.ones(T, B)
mask[0, 1] = mask[2, 0] = mask[3, 2] = mask[5, 0] = 0
cell = torch.nn.GRUCell(I, H)
parameters = {
    "weight_ih": leaves["wx"].T, "weight_hh": leaves["wh"].T,
    "bias_ih": leaves["bx"], "bias_hh": leaves["bh"],
}
h, hs = leaves["h0"], []
for t in range(T):
    h = torch.func.functional_call(cell, parameters, (leaves["x"][t], h * mask[t, :, None]))
    hs.append(h)
hs = torch.stack(hs)
(hs * weight_hs).sum().backward()
tensors = {**leaves, "mask": mask, "weightHs": weight_hs, "hs": hs}
tensors |= {f"d_{name}": leaf.grad for name, leaf in leaves.items()}
golden = {"source": f"PyTorch {torch.__version__}", "gru": {k: listed(v) for k, v in tensors.items()}}
target = pathlib.Path(__file__).with_name("gru.golden.json")
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
