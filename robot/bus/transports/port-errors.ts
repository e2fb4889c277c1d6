import { CodedError } from '../../../configs/load/coded-error.ts'

/** What went wrong when a serial port was opened, from the operating system's words. */
export function openError(path: string, cause: Error, knownPorts: readonly string[]): CodedError {
  const text = cause.message
  const details = { path, knownPorts }
  const hint = `ports here: ${knownPorts.length > 0 ? knownPorts.join(', ') : 'none; plug the arm in'}`
  if (/cannot lock|resource temporarily unavailable|busy|access is denied/i.test(text)) {
    return new CodedError('ROBOT_PORT_BUSY', `another program has ${path} open`, {
      hint: 'end it (a terminal program, another sim2arm, ModemManager) and try again',
      details,
      cause,
    })
  }
  if (/permission denied|EACCES/i.test(text)) {
    return new CodedError('ROBOT_PORT_DENIED', `this user may not open ${path}`, {
      hint: 'sudo usermod -aG dialout $USER, then log out and in',
      details,
      cause,
    })
  }
  const missing = (message: string) =>
    new CodedError('ROBOT_PORT_MISSING', message, { hint, details, cause })
  if (/no such (file|device)|not found|ENOENT/i.test(text)) {
    return missing(`there is no serial port ${path}`)
  }
  if (/not a tty|inappropriate ioctl|is a directory/i.test(text)) {
    return missing(`${path} is no serial port`)
  }
  return missing(`${path} did not open: ${text}`)
}

export const lostError = (path: string, cause?: unknown): CodedError =>
  new CodedError('ROBOT_PORT_LOST', `the device at ${path} is gone`, {
    hint: 'check the USB cable and the supply of the arm, then start again',
    ...(cause === undefined ? {} : { cause }),
  })

export const stuckError = (path: string): CodedError =>
  new CodedError('ROBOT_PORT_LOST', `the device at ${path} takes no more bytes`, {
    hint: 'unplug its USB cable and plug it in again, then start again',
  })
