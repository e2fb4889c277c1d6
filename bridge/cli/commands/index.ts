import type { CommandEntry } from '../command.ts'

/** Every command by name, in the order `--help` lists them. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  demo: {
    group: 'Simulate and train',
    summary: 'the shipped policy on an emulated arm, live in the viewer',
    load: async () => (await import('./demo.ts')).command,
  },
  train: {
    group: 'Simulate and train',
    summary: 'train a policy in the randomized simulator',
    load: async () => (await import('./train.ts')).command,
  },
  average: {
    group: 'Simulate and train',
    summary: 'make one policy of several: the mean of their weights',
    load: async () => (await import('./average.ts')).command,
  },
  view: {
    group: 'Simulate and train',
    summary: 'look at a policy, a run, a recording, an arm, or draws',
    load: async () => (await import('./view.ts')).command,
  },
  eval: {
    group: 'Judge',
    summary: 'success on held-out draws: simulation, emulated or real arm',
    load: async () => (await import('./eval.ts')).command,
  },
  evidence: {
    group: 'Judge',
    summary: 'find the figures of the README again',
    load: async () => (await import('./evidence.ts')).command,
  },
  bench: {
    group: 'Judge',
    summary: 'measure this machine, or the physics against theory',
    load: async () => (await import('./bench.ts')).command,
  },
  scan: {
    group: 'Arm and servos',
    summary: 'find the servos on serial devices',
    load: async () => (await import('./scan.ts')).command,
  },
  'set-id': {
    group: 'Arm and servos',
    summary: 'give a servo another id',
    load: async () => (await import('./set-id.ts')).command,
  },
  calibrate: {
    group: 'Arm and servos',
    summary: 'measure joint zeros and ranges of an arm led by hand',
    load: async () => (await import('./calibrate.ts')).command,
  },
  jog: {
    group: 'Arm and servos',
    summary: 'move an arm from the keyboard',
    load: async () => (await import('./jog.ts')).command,
  },
  teleop: {
    group: 'Arm and servos',
    summary: 'let an arm repeat what a hand does with its leader',
    load: async () => (await import('./teleop.ts')).command,
  },
  deploy: {
    group: 'Arm and servos',
    summary: 'run a policy on an arm, over its servo bus or ROS 2',
    load: async () => (await import('./deploy.ts')).command,
  },
  twin: {
    group: 'Arm and servos',
    summary: 'emulate an arm: a serial device or ROS 2 node, and sensors',
    load: async () => (await import('./twin.ts')).command,
  },
  record: {
    group: 'Recordings and formats',
    summary: 'move an arm so that its servos can be identified',
    load: async () => (await import('./record.ts')).command,
  },
  replay: {
    group: 'Recordings and formats',
    summary: 'play a recording again: simulation, viewer, streams, arm',
    load: async () => (await import('./replay.ts')).command,
  },
  identify: {
    group: 'Recordings and formats',
    summary: 'fit servos to logs of them, or an arm to recordings',
    load: async () => (await import('./identify.ts')).command,
  },
  export: {
    group: 'Recordings and formats',
    summary: 'write an arm as URDF, a policy as ONNX, recordings as data',
    load: async () => (await import('./export.ts')).command,
  },
  init: {
    group: 'Project and machine',
    summary: 'start a project of your own: task, arm, training config',
    load: async () => (await import('./init.ts')).command,
  },
  doctor: {
    group: 'Project and machine',
    summary: 'what this machine has, what it lacks, and how to add it',
    load: async () => (await import('./doctor.ts')).command,
  },
}
