"""Reads a recording with three readers of the field and prints what each saw, as JSON."""
import json
import sys
from pathlib import Path

from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rosbags.highlevel import AnyReader

path = sys.argv[1]


def of_state(state):
    return {"names": list(state.name), "position": [float(x) for x in state.position]}


with open(path, "rb") as stream:
    reader = make_reader(stream, decoder_factories=[DecoderFactory()])
    profile = reader.get_header().profile
    summary = reader.get_summary()
    metadata = {record.name: record.metadata for record in reader.iter_metadata()}
    counts, states, poses, rows, times = {}, [], [], [], []
    for schema, channel, message, decoded in reader.iter_decoded_messages():
        counts[channel.topic] = counts.get(channel.topic, 0) + 1
        times.append(message.log_time)
        if channel.topic == "/joint_states":
            states.append(of_state(decoded))
        if channel.topic == "/object/pose":
            poses.append([decoded.header.frame_id, decoded.pose.position.x, decoded.pose.position.y])
        if channel.topic == "/policy/action":
            rows.append([decoded.layout.dim[0].label, list(decoded.data)])

with AnyReader([Path(path)]) as bag:
    bag_states = [
        of_state(bag.deserialize(raw, connection.msgtype))
        for connection, _, raw in bag.messages()
        if connection.topic == "/joint_states"
    ]

print(json.dumps({
    "profile": profile,
    "statistics": summary.statistics.message_count,
    "metadata": metadata,
    "counts": counts,
    "isInOrder": times == sorted(times),
    "state": states[-1],
    "pose": poses[-1],
    "row": rows[-1],
    "bagState": bag_states[-1],
    "numBagStates": len(bag_states),
}))
