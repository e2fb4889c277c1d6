import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { listZoo, policyPath } from '../../policy/file/policy-file.node.ts'
import { loadTaskActor } from '../deploy/task-actor.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { showPage } from './show-page.ts'

/** A policy at work in a simulation inside the page. Throws what `loadTaskActor` throws. */
export async function viewPolicy(context: CommandContext): Promise<CommandOutcome> {
  const given = context.args[0] as string
  const path = policyPath(given)
  await loadTaskActor({ name: given })
  const query = listZoo().includes(given) ? { policy: given } : { file: basename(path) }
  const bytes = new Uint8Array(readFileSync(path))
  const url = await showPage(context, {
    page: `demo/?${new URLSearchParams(query)}`,
    answers: { '/demo/policy.onnx': (request) => request.body(bytes) },
  })
  return { result: { url, policy: given } }
}
