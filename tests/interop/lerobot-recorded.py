"""
Records a small dataset with LeRobot's own class, of an arm that counts its frames.

    lerobot-recorded.py FOLDER
"""

import sys

import numpy as np
from lerobot.datasets.lerobot_dataset import LeRobotDataset

names = ["shoulder_pan.pos", "gripper.pos"]
feature = {"dtype": "float32", "shape": (2,), "names": names}
dataset = LeRobotDataset.create(
    "sim2arm/recorded",
    fps=30,
    root=sys.argv[1],
    robot_type="so_follower",
    features={"action": feature, "observation.state": feature},
    use_videos=False,
)
for task, length in (("push", 4), ("lift", 3)):
    for frame in range(length):
        dataset.add_frame({
            "observation.state": np.array([frame, 50.0], dtype=np.float32),
            "action": np.array([frame + 1, 25.0], dtype=np.float32),
            "task": task,
        })
    dataset.save_episode()
dataset.finalize()
