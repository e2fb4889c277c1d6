"""
Loads a dataset with LeRobot's own class, as its training does, and prints what it holds, as JSON.

    lerobot_dataset.py FOLDER
"""

import json
import sys
from pathlib import Path

from lerobot.datasets.compute_stats import compute_episode_stats
from lerobot.datasets.lerobot_dataset import LeRobotDataset

folder = Path(sys.argv[1])
# Two steps back and one ahead: what a policy with history and a chunk of actions asks for.
plain = LeRobotDataset("sim2arm/test", root=folder)
period = 1 / plain.fps
windows = {"observation.state": [-2 * period, 0.0], "action": [0.0, period]}
windowed = LeRobotDataset("sim2arm/test", root=folder, delta_timestamps=windows)

last = len(plain) - 1
frame = plain[last]
window = windowed[last]
table = plain.hf_dataset.with_format("numpy")[:]
features = {key: plain.features[key] for key in ("action", "observation.state")}
theirs = compute_episode_stats({key: table[key] for key in features}, features)
ours = plain.meta.stats
difference = max(
    float(abs(theirs[key][name] - ours[key][name]).max())
    for key in features
    for name in ("min", "max", "mean", "std", "q50")
)

print(json.dumps({
    "version": plain.meta.info["codebase_version"],
    "robotType": plain.meta.robot_type,
    "fps": plain.fps,
    "episodes": plain.num_episodes,
    "frames": plain.num_frames,
    "names": plain.features["action"]["names"],
    "success": bool(frame["next.success"]),
    "task": frame["task"],
    "action": frame["action"].tolist(),
    "state": frame["observation.state"].tolist(),
    "timestamp": float(frame["timestamp"]),
    "windowState": list(window["observation.state"].shape),
    "isPadded": window["action_is_pad"].tolist(),
    "lastStateOfWindow": window["observation.state"][-1].tolist(),
    "statsDifference": difference,
    "lengths": [int(n) for n in plain.meta.episodes["length"]],
}))
