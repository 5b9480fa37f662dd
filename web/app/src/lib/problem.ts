import type { Problem } from '@stoa/client';

/** Whatever a promise was rejected with, as something to read. */
export function toProblem(reason: unknown): Problem {
  if (typeof reason === 'object' && reason !== null && 'message' in reason && 'hint' in reason && 'code' in reason) {
    const { code, message, hint } = reason;
    if (typeof code === 'string' && typeof message === 'string' && typeof hint === 'string')
      return { code, message, hint };
  }
  return {
    code: 'unexpected',
    message: reason instanceof Error ? reason.message : 'Something unexpected happened.',
    hint: 'Load the page again. If it stays like this, tell whoever runs this server.',
  };
}
