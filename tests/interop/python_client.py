"""Runs a policy file with onnxruntime and numpy alone: measurements in, joint targets [rad] out.

Usage: python_client.py POLICY.onnx EPISODE.json. The episode is a list of policy steps, each with what an
arm measures: q, object x y age isFresh, goal x y. Everything else comes from the metadata of the file.
"""
import json
import sys
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
meta = json.loads(session.get_modelmeta().custom_metadata_map["sim2arm"])
joints, tool = meta["arm"]["model"]["joints"], meta["arm"]["model"]["tool"]
act, names = meta["control"]["control"]["action"], [joint["name"] for joint in joints]
lower, upper, rest, stiffness = (np.array([joint[key] for joint in joints], dtype=float)
                                 for key in ("lower", "upper", "rest", "stiffnessNmPerRad"))
low, high, base = lower + 0.02, upper - 0.02, np.array(joints[0]["originM"])
is_fed = np.isin(names, act["feedForwardJoints"])
trimmed = [names.index(name) for name in act["trim"]["joints"]]

def matrix(x, y, z, w):
    cross = np.cross([x, y, z], np.eye(3)).T
    return np.eye(3) + 2 * (w * cross + cross @ cross)

def place(q):
    """Tool point [m], tool direction, and potential energy [J] in nominal gravity."""
    links, energy = {-1: (np.zeros(3), np.eye(3))}, 0.0
    for k, joint in enumerate(joints):
        p, r = links[joint["parent"]]
        p, r, axis = p + r @ joint["originM"], r @ matrix(*joint["originQuaternion"]), np.array(joint["axis"])
        slide, turn = (q[k], 0.0) if joint["isPrismatic"] else (0.0, q[k])
        p, r = p + r @ axis * slide, r @ matrix(*(axis * np.sin(turn / 2)), np.cos(turn / 2))
        links[k] = p, r
        energy += 9.81 * joint["massKg"] * (p + r @ joint["comM"])[2]
    p, r = links[tool["joint"]]
    return p + r @ tool["positionM"], r @ tool["approach"], energy

def slope(function, q):
    """Central differences: derivatives of `function` by each joint, as columns."""
    return np.array([(function(q + e) - function(q - e)) / 2e-5 for e in 1e-5 * np.eye(len(q))]).T

def rows(q):
    return np.concatenate([place(q)[0], 0.01 * place(q)[1], 0.0002 * q])

def sag(q):
    """Nominal gravity torque over nominal stiffness, for the joints that ask for it [rad]."""
    return is_fed * slope(lambda x: place(x)[2], q) / stiffness

def solve(goal, q, iterations):
    """Joints that put the tool point at the goal, leaning out by radius; None when out of reach."""
    dx, dy = goal[:2] - base[:2]
    azimuth, lean = np.arctan2(dy, dx), act["lean"]
    tilt = lean["maxRad"] * np.clip((np.hypot(dx, dy) - lean["startM"]) / lean["spanM"], 0, lean["limit"])
    wanted = [np.sin(tilt) * np.cos(azimuth), np.sin(tilt) * np.sin(azimuth), -np.cos(tilt)]
    q = np.clip(q, low, high)
    for _ in range(iterations):
        a, b = slope(rows, q), np.concatenate([goal, 0.01 * np.array(wanted), 0.0002 * rest]) - rows(q)
        step, free = np.zeros(len(q)), np.ones(len(q), bool)
        for _ in range(2):  # once for all joints, once more without those that met their limits
            part = np.linalg.lstsq(a[:, free], b - a[:, ~free] @ step[~free], rcond=None)[0]
            step[free] = part * min(1, 0.5 / max(np.abs(part).max(initial=0), 1e-12))
            free = free & (q + step >= low) & (q + step <= high)
            step = np.clip(q + step, low, high) - q
        q = q + step
    return q if np.linalg.norm(goal - place(q)[0]) < 0.002 else None

def run(steps):
    trim, previous, state, height = np.zeros(len(names)), np.zeros(3), None, act["height"]
    for now in steps:
        q, goal, puck = (np.array(now[key], dtype=float) for key in ("q", "goal", "object"))
        tip = place(q)[0]
        if state is None:  # the episode begins where the arm stands
            command = np.array([tip[0], tip[1], np.clip(tip[2], height["minM"], height["maxM"])])
            found = solve(command, q, 40)
            command_q, command = (q, tip) if found is None else (found, command)
            lagged, lagged_before, target = command_q, command_q, command_q + sag(command_q)
            state = {key: np.zeros((1, *size), np.float32) for key, size in meta["recurrentState"].items()}
        seen = np.concatenate([q, target - q, tip, command, puck[:2], [min(1, puck[2])], puck[3:],
                               goal, puck[:2] - tip[:2], goal - puck[:2], previous, trim[trimmed]])
        feeds = {"observation": seen[None].astype(np.float32), **state}
        (previous,), *later = session.run(["action", *(f"{key}_out" for key in state)], feeds)
        state = dict(zip(state, later))
        z = np.clip(height["centreM"] + height["spanM"] * previous[2], height["minM"], height["maxM"])
        move = act["stepM"] * previous[:2] / max(1, np.linalg.norm(previous[:2]))
        wish = command + [*move, np.clip(z - command[2], -height["stepM"], height["stepM"])]
        area, around = act["workspace"], wish[:2] - base[:2]
        radius = np.linalg.norm(around) + 1e-12
        wish[:2] = base[:2] + around * np.clip(radius, area["radiusMinM"], area["radiusMaxM"]) / radius
        wish[:2] = max(area["xMinM"], wish[0]), np.clip(wish[1], -area["yMaxM"], area["yMaxM"])
        tries = [(aim, solve(aim, command_q, 4)) for aim in (wish, np.array([*wish[:2], command[2]]))]
        command, command_q = next((t for t in tries if t[1] is not None), (command, command_q))
        rule, error = act["trim"], (lagged_before - q)[trimmed]
        change = rule["gain"] * error * (np.abs(error) < rule["maxErrorRad"])
        trim[trimmed] = np.clip(trim[trimmed] + change, -rule["maxRad"], rule["maxRad"])
        lagged_before, lagged = lagged, lagged + rule["lagAlpha"] * (command_q - lagged)
        target = command_q + sag(command_q) + trim
        yield target.tolist()

print(json.dumps(list(run(json.load(open(sys.argv[2]))))))
