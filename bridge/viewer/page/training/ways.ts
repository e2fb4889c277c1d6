import type { RunAnswer } from '../../training-run.ts'
import { byId } from '../panel/by-id.ts'

/** Links to more of a run: its arms, its policies, the other runs of its folder. */
export class Ways {
  /** Of a folder of runs, the one that this page is about. */
  private readonly run = new URLSearchParams(window.location.search).get('run')
  private shown = ''

  show({ checkpoints, hasPolicy, live }: RunAnswer): void {
    byId('runs-link').hidden = this.run === null
    byId('arms-link').hidden = live === null
    const policy = byId<HTMLAnchorElement>('policy-link')
    policy.hidden = !hasPolicy
    policy.href = this.demoOf('policy.onnx')
    byId('checkpoints').hidden = checkpoints.length === 0
    if (checkpoints.join() === this.shown) return
    this.shown = checkpoints.join()
    byId('checkpoint-links').replaceChildren(...checkpoints.map((file) => this.linkTo(file)))
  }

  private linkTo(file: string): HTMLLIElement {
    const link = document.createElement('a')
    link.href = this.demoOf(file)
    link.textContent = nameOf(file)
    const item = document.createElement('li')
    item.append(link)
    return item
  }

  private demoOf(file: string): string {
    const query = new URLSearchParams({ file, ...(this.run !== null && { run: this.run }) })
    return `../demo/?${query}`
  }
}

/** `0000120.ckpt` as `update 120`. */
function nameOf(file: string): string {
  const update = Number.parseInt(file, 10)
  return Number.isNaN(update) ? 'the best' : `update ${update}`
}
