"""Pushes in MuJoCo's own library: one JSON line with the poses in which the objects end.

    python peer_mujoco_pushes.py job.json

The job: {"scenes": [{"mjcf": text, "qpos": [...], "targets": [[...], ...], "backlashRad": [...], "deadBandRad": [...],
"coulombNm": [...], "loadFriction": [...]}], "stepsPerTarget": 8}. Arrays have an entry per joint, the joints are the
model's first; the object's free joint comes last. MuJoCo's position servo knows no play, dead band or friction that
grows with the load: they are taken out of the set-point and put into the joint's friction before every step.
"""
import json
import sys

import mujoco
import numpy as np

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)


def play(scene):
    """Pose of the object at the end: x, y, z, then the quaternion w, x, y, z."""
    model = mujoco.MjModel.from_xml_string(scene["mjcf"])
    data = mujoco.MjData(model)
    data.qpos[:] = scene["qpos"]
    half = np.array(scene["backlashRad"]) / 2
    dead = np.array(scene["deadBandRad"])
    coulomb, load = np.array(scene["coulombNm"]), np.array(scene["loadFriction"])
    joints = slice(0, len(half))
    for target in np.array(scene["targets"]):
        for _ in range(job["stepsPerTarget"]):
            error = target - data.qpos[joints]
            slack = np.sign(error) * np.maximum(np.abs(error) - half, 0)
            data.ctrl[:] = data.qpos[joints] + np.where(np.abs(slack) < dead, 0, slack)
            model.dof_frictionloss[joints] = coulomb + load * np.abs(data.qfrc_actuator[joints])
            mujoco.mj_step(model, data)
    return data.qpos[-7:].tolist()


print(json.dumps({
    "version": mujoco.__version__,
    "poses": [play(scene) for scene in job["scenes"]],
}))
