"""Talks to a serial port with the vendor's SDK as published on PyPI (dynamixel-sdk 4.1.0)."""

import json
import sys
import time

import dynamixel_sdk as dxl

IDS = [1, 2, 3, 4, 5, 6]
TORQUE, GOAL, POSITION, VOLTAGE = 64, 116, 132, 144
port = dxl.PortHandler(sys.argv[1])
packets = dxl.PacketHandler(2.0)
assert port.openPort() and port.setBaudRate(1_000_000)


def patiently(read):
    """Several servos at once; a loaded machine may answer later than the SDK waits."""
    for _ in range(10):
        try:
            if read() == dxl.COMM_SUCCESS:
                return True
        except IndexError:  # The SDK takes a late packet for the one that it waits for.
            pass
        time.sleep(0.3)
    return False


found, _ = packets.broadcastPing(port)
models = [packets.ping(port, servo)[0] for servo in IDS]
absent = packets.ping(port, 77)[1]
assert packets.write1ByteTxRx(port, 3, 11, 4) == (dxl.COMM_SUCCESS, 0)
voltages = [packets.read2ByteTxRx(port, servo, VOLTAGE)[0] for servo in IDS]
for servo in IDS:
    assert packets.write1ByteTxRx(port, servo, TORQUE, 1) == (dxl.COMM_SUCCESS, 0)
locked = packets.write1ByteTxRx(port, 3, 11, 3)

goals = {servo: 2047 + 10 * servo for servo in IDS}
bytes_of = lambda value: list(value.to_bytes(4, "little", signed=True))
writer = dxl.GroupSyncWrite(port, packets, GOAL, 4)
for servo, goal in goals.items():
    writer.addParam(servo, bytes_of(goal))
assert writer.txPacket() == dxl.COMM_SUCCESS
bulk = dxl.GroupBulkWrite(port, packets)
bulk.addParam(1, 65, 1, [1])
bulk.addParam(2, 112, 4, bytes_of(300))
assert bulk.txPacket() == dxl.COMM_SUCCESS
time.sleep(1.5)

reader = dxl.GroupSyncRead(port, packets, POSITION, 4)
for servo in IDS:
    reader.addParam(servo)
plain = patiently(reader.txRxPacket)
positions = [reader.getData(servo, POSITION, 4) for servo in IDS]
fast = patiently(reader.fastSyncRead)
fast_positions = [reader.getData(servo, POSITION, 4) for servo in IDS]

mixed = dxl.GroupBulkRead(port, packets)
mixed.addParam(1, 65, 1)
mixed.addParam(2, 112, 4)
bulk_result = patiently(mixed.txRxPacket)
bulk_values = [mixed.getData(1, 65, 1), mixed.getData(2, 112, 4)]

assert packets.regWriteTxRx(port, 4, 65, 1, [1]) == (dxl.COMM_SUCCESS, 0)
registered = packets.read1ByteTxRx(port, 4, 69)[0]
packets.action(port, 4)
time.sleep(0.1)
led = packets.read1ByteTxRx(port, 4, 65)[0]
rebooted = packets.reboot(port, 4)
time.sleep(1)
torque_after = packets.read1ByteTxRx(port, 4, TORQUE)[0]

port.setBaudRate(57_600)
wrong_baud = packets.ping(port, 1)[1]
print(json.dumps({
    "broadcast": sorted(found),
    "models": models,
    "absentIsSilent": absent == dxl.COMM_RX_TIMEOUT,
    "voltages": voltages,
    "lockedUnderTorque": locked == (dxl.COMM_SUCCESS, 7),
    "syncRead": plain,
    "positions": positions,
    "fastSyncRead": fast,
    "fastPositions": fast_positions,
    "bulkRead": bulk_result,
    "bulkValues": bulk_values,
    "registered": registered,
    "led": led,
    "reboot": rebooted == (dxl.COMM_SUCCESS, 0),
    "torqueAfterReboot": torque_after,
    "wrongBaudIsSilent": wrong_baud != dxl.COMM_SUCCESS,
}))
