"""
Connects, calibrates and moves an arm with LeRobot's own classes, as published, and prints what came of it.

    lerobot_follower.py so101|koch PORT FOLDER

It asks what LeRobot asks, on stdout, and takes Enter on stdin; FOLDER gets the calibration file. Actions are of the
form that teleoperation gives: joints about the middle of their ranges, 30 times a second.
"""

import json
import math
import sys
import time
from pathlib import Path

import dynamixel_sdk
import scservo_sdk
from lerobot.motors.dynamixel import DynamixelMotorsBus
from lerobot.motors.feetech import FeetechMotorsBus
from lerobot.robots.koch_follower import KochFollower, KochFollowerConfig
from lerobot.robots.so_follower import SO101Follower, SO101FollowerConfig

RATE_HZ = 30
SECONDS = 4
AMPLITUDE_DEG = 8
CLASSES = {
    "so101": (SO101Follower, SO101FollowerConfig, FeetechMotorsBus),
    "koch": (KochFollower, KochFollowerConfig, DynamixelMotorsBus),
}

# LeRobot waits 50 ms for a reply and asks once. A busy machine may pause for longer: time-outs run this much slower.
PATIENCE = 20


def be_patient(factor):
    for sdk in (dynamixel_sdk, scservo_sdk):
        sdk.PortHandler.getCurrentTime = lambda _self: time.time() * 1000 / factor


def act(robot):
    """To the middle of every range, then a slow wave; the difference between action and position [deg, %]."""
    joints = list(robot.action_features)
    start = robot.get_observation()
    middle = {joint: 20.0 if joint == "gripper.pos" else 0.0 for joint in joints}
    gaps = {joint: [] for joint in joints}
    ticks = RATE_HZ * SECONDS
    for tick in range(3 * ticks):
        began = time.perf_counter()
        share = min(1.0, tick / ticks)
        wave = AMPLITUDE_DEG * math.sin(2 * math.pi * max(0, tick - ticks) / ticks)
        wave = 0.0 if tick >= 2 * ticks else wave
        action = {j: (1 - share) * start[j] + share * (middle[j] + wave) for j in joints}
        sent = robot.send_action(action)
        seen = robot.get_observation()
        if tick >= 3 * ticks - RATE_HZ:
            for joint in joints:
                gaps[joint].append(abs(seen[joint] - sent[joint]))
        time.sleep(max(0.0, 1 / RATE_HZ - (time.perf_counter() - began)))
    return {joint: sum(each) / len(each) for joint, each in gaps.items()}


def main():
    arm, port, folder = sys.argv[1:]
    be_patient(PATIENCE)
    Robot, Config, Bus = CLASSES[arm]
    config = {"port": port, "id": "twin", "calibration_dir": Path(folder)}
    robot = Robot(Config(**config, use_degrees=True))
    robot.connect()  # calibrates: there is no file yet
    print("\nACTING", flush=True)
    gap = act(robot)
    robot.disconnect()
    again = Robot(Config(**config, use_degrees=True))
    again.connect(calibrate=False)
    keeps_calibration = again.is_calibrated  # what is in the servos is what is in the file
    again.disconnect()
    be_patient(1)  # it waits for as long as a reply may take, at every rate
    found = Bus.scan_port(port)
    print("\nRESULT " + json.dumps({"gap": gap, "keepsCalibration": keeps_calibration, "scan": found}))


main()
