/**
 * Loops in real time: two of these files at once would take each other's deadlines. They run one by one; `npm test`
 * runs all others beside them, at the lowest priority. Browsers stand in the same queue: as root, Chromium's drawing
 * process raises its own priority above any deadline.
 */
export const REAL_TIME_FILES = [
  'tests/e2e/bad-days-arm.test.ts',
  'tests/e2e/bad-days-demo.test.ts',
  'tests/e2e/browser-sim.test.ts',
  'tests/e2e/camera.test.ts',
  'tests/e2e/demo-page.test.ts',
  'tests/e2e/deploy-own-task.test.ts',
  'tests/e2e/foxglove.test.ts',
  'tests/e2e/hand-led.test.ts',
  'tests/e2e/record.test.ts',
  'tests/e2e/replay.test.ts',
  'tests/e2e/streamed-joints.test.ts',
  'tests/e2e/viewer-arm.test.ts',
  'tests/e2e/viewer-recording.test.ts',
  'tests/e2e/viewer-sample.test.ts',
  'tests/e2e/viewer-training.test.ts',
  'tests/e2e/viewer.test.ts',
  'tests/integration/serial.test.ts',
  'tests/interop/dynamixel-sdk.test.ts',
  'tests/interop/feetech-sdk.test.ts',
  'tests/interop/lerobot.test.ts',
  'tests/interop/recording.test.ts',
]
