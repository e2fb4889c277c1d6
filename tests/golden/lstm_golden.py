"""Writes lstm.golden.json: an LSTM sequence with episode resets and Adam steps, worked out by PyTorch.

    python -m pip install torch && python tests/golden/lstm_golden.py

All in double precision; gates of torch.nn.LSTMCell come in the order i, f, g, o, weights as [4H, I].
"""
import json
import pathlib

import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
T, B, I, H = 6, 3, 5, 4


def draw(*shape, scale=1.0):
    """Normal numbers that single precision holds exactly, so that rounding of inputs plays no part."""
    return (torch.randn(*shape) * scale).float().double()


def lstm_case():
    x, h0, c0 = draw(T, B, I), draw(B, H, scale=0.5), draw(B, H, scale=0.5)
    wx, wh, b = draw(I, 4 * H, scale=0.4), draw(H, 4 * H, scale=0.4), draw(4 * H, scale=0.2)
    weight_hs, weight_ct = draw(T, B, H), draw(B, H)
    mask = torch.ones(T, B)
    mask[0, 1] = mask[2, 0] = mask[3, 2] = mask[5, 0] = 0
    leaves = {"x": x, "h0": h0, "c0": c0, "wx": wx, "wh": wh, "b": b}
    for leaf in leaves.values():
        leaf.requires_grad_()
    h, c, hs = h0, c0, []
    for t in range(T):
        cell = torch.nn.LSTMCell(I, H)
        parameters = {"weight_ih": wx.T, "weight_hh": wh.T, "bias_ih": b, "bias_hh": torch.zeros(4 * H)}
        state = (h * mask[t, :, None], c * mask[t, :, None])
        h, c = torch.func.functional_call(cell, parameters, (x[t], state))
        hs.append(h)
    hs = torch.stack(hs)
    loss = (hs * weight_hs).sum() + (c * weight_ct).sum()
    loss.backward()
    tensors = {**leaves, "mask": mask, "weightHs": weight_hs, "weightCt": weight_ct, "hs": hs, "cT": c}
    tensors |= {f"d_{name}": leaf.grad for name, leaf in leaves.items()}
    return {name: listed(tensor) for name, tensor in tensors.items()}


def adam_case():
    parameters = [draw(3, 3), draw(5)]
    start = [listed(p) for p in parameters]
    for p in parameters:
        p.requires_grad_()
    optimizer = torch.optim.Adam(parameters, lr=0.01, betas=(0.9, 0.999), eps=1e-8)
    steps = []
    for scale in (3.0, 0.2, 1.0):
        gradients = [draw(3, 3, scale=scale), draw(5, scale=scale)]
        for p, g in zip(parameters, gradients):
            p.grad = g.clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm=1.5)
        optimizer.step()
        steps.append({
            "gradients": [listed(g) for g in gradients],
            "norm": norm.item(),
            "parameters": [listed(p) for p in parameters],
        })
    return {"learningRate": 0.01, "maxNorm": 1.5, "start": start, "steps": steps}


def listed(tensor):
    values = [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


golden = {"source": f"PyTorch {torch.__version__}", "lstm": lstm_case(), "adam": adam_case()}
target = pathlib.Path(__file__).with_name("lstm.golden.json")
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
