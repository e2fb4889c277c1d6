import type { CommandEntry } from '../command.ts'

/** Every command by name, in the order `--help` lists them. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  demo: {
    summary: 'the shipped policy on an emulated arm over its serial protocol, live in the viewer',
    load: async () => (await import('./demo.ts')).command,
  },
  train: {
    summary: 'train a policy in the randomized simulator',
    load: async () => (await import('./train.ts')).command,
  },
  eval: {
    summary: 'evaluate a policy on held-out draws, in simulation or through the emulated arm',
    load: async () => (await import('./eval.ts')).command,
  },
  evidence: {
    summary: 'find the figures of the README again, or what is missing of them',
    load: async () => (await import('./evidence.ts')).command,
  },
  deploy: {
    summary: 'run a policy on an arm at a serial port',
    load: async () => (await import('./deploy.ts')).command,
  },
  twin: {
    summary: 'an emulated arm: a serial device with the servo protocol, and its sensor stream',
    load: async () => (await import('./twin.ts')).command,
  },
  view: {
    summary: 'show an arm, or draws of a randomization, in the browser',
    load: async () => (await import('./view.ts')).command,
  },
  record: {
    summary: 'move an arm so that its servos can be identified, and record it',
    load: async () => (await import('./record.ts')).command,
  },
  teleop: {
    summary: 'an arm repeats what a hand does with its leader; recorded, a demonstration',
    load: async () => (await import('./teleop.ts')).command,
  },
  replay: {
    summary: 'a recording again: in simulation beside what was measured, as streams, on an arm',
    load: async () => (await import('./replay.ts')).command,
  },
  identify: {
    summary: 'fit the constants of a servo to logs of it, or score a fit on other logs',
    load: async () => (await import('./identify.ts')).command,
  },
  export: {
    summary: 'write an arm, or recordings, in a format of other programs',
    load: async () => (await import('./export.ts')).command,
  },
  bench: {
    summary:
      'measure this machine: physics, update, train, inference, loop, bus, soak; or study an arm',
    load: async () => (await import('./bench.ts')).command,
  },
  calibrate: {
    summary: 'measure joint zeros and ranges of an arm led by hand',
    load: async () => (await import('./calibrate.ts')).command,
  },
  jog: {
    summary: 'move an arm from the keyboard, joint by joint or along an axis',
    load: async () => (await import('./jog.ts')).command,
  },
  scan: {
    summary: 'find the servos on serial devices',
    load: async () => (await import('./scan.ts')).command,
  },
  'set-id': {
    summary: 'give a servo another id',
    load: async () => (await import('./set-id.ts')).command,
  },
  init: {
    summary: 'start a project of your own: a task, an arm by URDF, a training config',
    load: async () => (await import('./init.ts')).command,
  },
  doctor: {
    summary: 'say what this machine has and what is missing',
    load: async () => (await import('./doctor.ts')).command,
  },
}
