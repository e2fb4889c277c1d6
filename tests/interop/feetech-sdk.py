"""Talks to a serial port with the vendor's SDK as published on PyPI (feetech-servo-sdk 1.0.0)."""

import json
import sys
import time

import scservo_sdk as scs

IDS = [1, 2, 3, 4, 5, 6]
port = scs.PortHandler(sys.argv[1])
packets = scs.PacketHandler(0)
assert port.openPort() and port.setBaudRate(1_000_000)


def ping(servo):
    """The model's number. The SDK waits for 50 ms; who is held up for longer by a busy machine is asked again."""
    for _ in range(3):
        model, result, _ = packets.ping(port, servo)
        if result == scs.COMM_SUCCESS:
            return model
    return None


models = [ping(servo) for servo in IDS]
absent = packets.ping(port, 77)[1]
voltage = packets.read1ByteTxRx(port, 1, 62)[0]
for servo in IDS:
    assert packets.write1ByteTxRx(port, servo, 40, 1)[0] == scs.COMM_SUCCESS

writer = scs.GroupSyncWrite(port, packets, 42, 2)
for servo in IDS:
    goal = 2047 + 10 * servo
    writer.addParam(servo, [scs.SCS_LOBYTE(goal), scs.SCS_HIBYTE(goal)])
assert writer.txPacket() == scs.COMM_SUCCESS
time.sleep(1)

reader = scs.GroupSyncRead(port, packets, 56, 8)
for servo in IDS:
    reader.addParam(servo)
result = reader.txRxPacket()
positions = [reader.getData(servo, 56, 2) for servo in IDS]

port.setBaudRate(500_000)
wrong_baud = packets.ping(port, 1)[1]
print(json.dumps({
    "models": models,
    "absentIsSilent": absent == scs.COMM_RX_TIMEOUT,
    "voltage": voltage,
    "syncRead": result == scs.COMM_SUCCESS,
    "positions": positions,
    "wrongBaudIsSilent": wrong_baud != scs.COMM_SUCCESS,
}))
