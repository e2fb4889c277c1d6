"""The strokes of bench-physics.ts in MuJoCo's own library: one JSON line with control steps per second.

    python peer_mujoco_physics.py job.json

The job: {"scenes": [{"mjcf": text, "qpos": [...], "targets": [[...], ...]}], "stepsPerTarget": 4,
"controlSteps": 60, "repeats": 5, "minArmSteps": 600}. MuJoCo takes `stepsPerTarget` steps for each row of targets, in
one call.
"""
import json
import sys
import time

import mujoco
import numpy as np

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
nstep = job["stepsPerTarget"]
scenes = []
for scene in job["scenes"]:
    model = mujoco.MjModel.from_xml_string(scene["mjcf"])
    scenes.append((model, mujoco.MjData(model), np.array(scene["qpos"]), np.array(scene["targets"])))


def play():
    """Seconds of processor and wall time of one pass; placing the arms is not counted."""
    cpu = wall = 0.0
    for model, data, qpos, targets in scenes:
        mujoco.mj_resetData(model, data)
        data.qpos[:] = qpos
        ctrl = data.ctrl
        begin_cpu, begin_wall = time.process_time(), time.perf_counter()
        for row in targets:
            ctrl[:] = row
            mujoco.mj_step(model, data, nstep)
        wall += time.perf_counter() - begin_wall
        cpu += time.process_time() - begin_cpu
    return cpu, wall


steps = job["controlSteps"] * len(scenes)
passes = max(1, -(-job["minArmSteps"] // steps))
play()
per_cpu, per_wall = [], []
for _ in range(job["repeats"]):
    times = [play() for _ in range(passes)]
    per_cpu.append(passes * steps / sum(cpu for cpu, _ in times))
    per_wall.append(passes * steps / sum(wall for _, wall in times))


def spread(values):
    return {"median": float(np.median(values)), "min": min(values), "max": max(values)}


print(json.dumps({
    "name": "mujoco", "version": mujoco.__version__,
    "stepsPerS": spread(per_cpu), "stepsPerWallS": spread(per_wall),
}))
