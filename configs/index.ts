export { CodedError, type CodedErrorOptions } from './load/coded-error.ts'
export { ERROR_CODES, type ErrorCode } from './load/error-codes.ts'
export { type ParseConfigOptions, parseConfig } from './load/parse-config.ts'
