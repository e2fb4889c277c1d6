"""
Draws the squares of a printable SVG and finds the tags in the picture, with two detectors of others. Prints, for
pupil-apriltags and OpenCV, by id, where the middle lies on the page [mm], and the side of the black square.
"""

import json
import sys
import xml.etree.ElementTree as ET

import cv2
import numpy as np
from pupil_apriltags import Detector

PIXELS_PER_MM = 8
root = ET.parse(sys.argv[1]).getroot()
_, _, width, height = (float(each) for each in root.get("viewBox").split())
picture = np.full((round(height * PIXELS_PER_MM), round(width * PIXELS_PER_MM)), 255, np.uint8)
for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
    if rect.get("width") == "100%":
        continue
    x, y, w, h = (float(rect.get(name)) * PIXELS_PER_MM for name in ("x", "y", "width", "height"))
    colour = 0 if rect.get("fill") == "black" else 255
    picture[round(y) : round(y + h), round(x) : round(x + w)] = colour


def found(pairs):
    out = {}
    for tag, corners in pairs:
        corners = np.asarray(corners).reshape(4, 2) / PIXELS_PER_MM
        middle = corners.mean(axis=0)
        side = np.linalg.norm(corners[0] - corners[1])
        out[int(tag)] = {"xMm": float(middle[0]), "yMm": float(middle[1]), "sideMm": float(side)}
    return out


tags = Detector(families="tag36h11").detect(picture)
dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
corners, ids, _ = cv2.aruco.ArucoDetector(dictionary).detectMarkers(picture)
# AprilTag's corners begin at the lower left of an upright tag.
upright = all(tag.corners[0][0] < tag.center[0] and tag.corners[0][1] > tag.center[1] for tag in tags)
print(json.dumps({
    "apriltag": found((tag.tag_id, tag.corners) for tag in tags),
    "opencv": found(zip(ids.flatten(), corners)),
    "upright": bool(upright),
}))
