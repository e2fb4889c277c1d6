import { loadPolicyFile } from '../policy/file/policy-file.node.ts'
import { createPolicy, type Policy } from '../policy/runtime/policy.ts'

/** A shipped policy by its name, or a policy file by its path, ready to step. */
export function loadPolicy(nameOrPath: string): Policy {
  return createPolicy(loadPolicyFile(nameOrPath))
}
