import type { CommandEntry } from '../command.ts'

/** Every command by name, in the order `--help` lists them. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  train: {
    summary: 'train a policy in the randomized simulator',
    load: async () => (await import('./train.ts')).command,
  },
  eval: {
    summary: 'evaluate a policy on held-out draws, in simulation or through the emulated arm',
    load: async () => (await import('./eval.ts')).command,
  },
  twin: {
    summary: 'an emulated arm: a serial device with the servo protocol, and its sensor stream',
    load: async () => (await import('./twin.ts')).command,
  },
  doctor: {
    summary: 'say what this machine has and what is missing',
    load: async () => (await import('./doctor.ts')).command,
  },
}
