"""Writes policy-step.json: five steps of a small recurrent actor, worked out by NumPy in float64.

The weights follow a formula, so that a test can make them again: value k of tensor number n (in the
order below) is 0.5 * sin(1 + 0.7 * k + n), standard deviations are 0.5 + that squared.
Run: python3 policy-step.py > policy-step.json (NumPy 2.4.6).
"""
import json
import numpy as np

OBS, EMBED, HIDDEN, HEAD, ACTION, CLIP = 3, 5, 4, 6, 2, 0.9
SHAPES = [(OBS,), (OBS,), (OBS, EMBED), (EMBED,), (EMBED, 4 * HIDDEN), (HIDDEN, 4 * HIDDEN),
          (4 * HIDDEN,), (EMBED + HIDDEN, HEAD), (HEAD,), (HEAD, ACTION), (ACTION,)]


def tensor(n, shape):
    values = 0.5 * np.sin(1 + 0.7 * np.arange(np.prod(shape)) + n)
    return (0.5 + values**2 if n == 1 else values).astype(np.float32).astype(float).reshape(shape)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


mean, std, ew, eb, wx, wh, b, hw, hb, ow, ob = [tensor(n, s) for n, s in enumerate(SHAPES)]
h, c, steps = np.zeros(HIDDEN), np.zeros(HIDDEN), []
for step in range(5):
    x = np.cos(np.arange(OBS) + 1.3 * step).astype(np.float32).astype(float)
    f = np.maximum(np.clip((x - mean) / std, -CLIP, CLIP) @ ew + eb, 0)
    i, forget, g, o = np.split(f @ wx + h @ wh + b, 4)
    c = sigmoid(forget) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    u = np.concatenate([f, h]) @ hw + hb
    mean_action = np.where(u > 0, u, np.expm1(u)) @ ow + ob
    steps.append({"observation": x.tolist(), "mean": mean_action.tolist(), "h": h.tolist(), "c": c.tolist()})
shape = {"observation": OBS, "embed": EMBED, "hidden": HIDDEN, "head": HEAD, "action": ACTION}
print(json.dumps({"source": "policy-step.py, NumPy float64", "shape": shape, "normClip": CLIP, "steps": steps}, indent=1))
