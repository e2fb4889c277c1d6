"""Draws a table with the printed sheet and an object's tag as a camera sees it, by OpenCV's own projection.

python3 draw.py; needs opencv-python-headless (made with 5.0.0) and numpy. Writes NAME.pgm.gz and truth.json.
"""
import gzip
import json
import math
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 480
FOCAL = 600.0
SHEET_TAG, OBJECT_TAG, CELLS = 0.04, 0.03, 8
# Centres on the sheet by id: x up the page, y to its left.
SHEET = {1: (0.1, 0.075), 2: (0.1, -0.075), 3: (-0.1, 0.075), 4: (-0.1, -0.075)}
# The sheet in the arm's base, and the top of the object above the table.
SHEET_IN_BASE = (0.25, 0.02, 0.1)
TOP = 0.036
SCALE = 4

K = np.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)


def look_at(eye, target):
    """Rotation and translation from base to camera: z forward, x right, y down."""
    forward = np.subtract(target, eye)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0, 0, 1])
    right /= np.linalg.norm(right)
    rotation = np.array([right, np.cross(forward, right), forward])
    return rotation, -rotation @ np.asarray(eye)


def corners(center, yaw, size, z):
    """Of a tag that lies with its up along x turned by yaw: top left, top right, bottom right, bottom left."""
    half = size / 2
    local = [(half, half), (half, -half), (-half, -half), (-half, half)]
    c, s = math.cos(yaw), math.sin(yaw)
    return np.array([(center[0] + c * x - s * y, center[1] + s * x + c * y, z) for x, y in local])


def draw(image, tag, points, pose):
    rotation, translation = pose
    quiet = 1
    cells = CELLS + 2 * quiet
    pixels = np.full((cells * 32, cells * 32), 255, np.uint8)
    inner = cv2.aruco.generateImageMarker(DICTIONARY, tag, CELLS * 32)
    pixels[quiet * 32:-quiet * 32, quiet * 32:-quiet * 32] = inner
    # Pixel centres lie at whole numbers: the tag's outline lies half a pixel outside of its first and last.
    low, high = quiet * 32 - 0.5, (quiet + CELLS) * 32 - 0.5
    source = np.array([(low, low), (high, low), (high, high), (low, high)], np.float32)
    vector, _ = cv2.Rodrigues(rotation)
    projected, _ = cv2.projectPoints(points, vector, translation, K, None)
    target = (projected.reshape(4, 2) + 0.5) * SCALE - 0.5
    mapping = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    warped = cv2.warpPerspective(pixels, mapping, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full_like(pixels, 255), mapping, size, flags=cv2.INTER_NEAREST)
    image[mask > 0] = warped[mask > 0]


def render(eye, obj):
    pose = look_at(eye, (0.25, 0.0, 0.0))
    image = np.full((HEIGHT * SCALE, WIDTH * SCALE), 200, np.uint8)
    x, y, yaw = SHEET_IN_BASE
    for tag, (sx, sy) in SHEET.items():
        c, s = math.cos(yaw), math.sin(yaw)
        center = (x + c * sx - s * sy, y + s * sx + c * sy)
        draw(image, tag, corners(center, yaw, SHEET_TAG, 0.0), pose)
    draw(image, 0, corners(obj[:2], obj[2], OBJECT_TAG, TOP), pose)
    small = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (3, 3), 0.6)


VIEWS = {
    "front": ((0.75, 0.1, 0.45), (0.22, 0.03, 0.4)),
    "side": ((0.3, -0.45, 0.5), (0.28, -0.02, -1.2)),
    "steep": ((0.35, 0.1, 0.62), (0.25, 0.05, 2.6)),
}

folder = Path(__file__).parent
truth = {"focalPx": FOCAL, "sheetInBase": SHEET_IN_BASE, "topM": TOP, "views": {}}
for name, (eye, obj) in VIEWS.items():
    header = f"P5\n{WIDTH} {HEIGHT}\n255\n".encode()
    with gzip.GzipFile(folder / f"{name}.pgm.gz", "wb", 9, mtime=0) as file:
        file.write(header + render(eye, obj).tobytes())
    truth["views"][name] = {"eyeM": eye, "object": {"xM": obj[0], "yM": obj[1], "yawRad": obj[2]}}
(folder / "truth.json").write_text(json.dumps(truth, indent=2) + "\n")
