import { describe, expect, it } from 'vitest';
import type { MediaProblemCode } from './api.ts';
import { explainMediaError, mediaProblem } from './media-problems.ts';
import type { MediaSource } from './media-problems.ts';

/** Names and messages as the browsers write them. */
const CASES: readonly (readonly [string, MediaSource, string, string, MediaProblemCode])[] = [
  ['Chrome', 'camera', 'NotAllowedError', 'Permission denied', 'blocked'],
  ['Chrome', 'camera', 'NotAllowedError', 'Permission dismissed', 'dismissed'],
  ['Chrome', 'camera', 'NotAllowedError', 'Permission denied by system', 'blocked-by-system'],
  ['Chrome', 'camera', 'NotFoundError', 'Requested device not found', 'missing'],
  ['Chrome', 'camera', 'NotReadableError', 'Could not start video source', 'in-use'],
  ['Chrome', 'camera', 'NotReadableError', 'Device in use', 'in-use'],
  ['Chrome', 'camera', 'AbortError', 'Timeout starting video source', 'in-use'],
  ['Chrome', 'camera', 'OverconstrainedError', '', 'constraints'],
  ['Chrome', 'screen', 'NotAllowedError', 'Permission denied', 'dismissed'],
  ['Chrome', 'screen', 'NotAllowedError', 'Permission denied by user', 'dismissed'],
  ['Chrome', 'screen', 'NotAllowedError', 'Permission denied by system', 'blocked-by-system'],
  [
    'Chrome',
    'screen',
    'NotAllowedError',
    'Access to the feature "display-capture" is disallowed by permissions policy.',
    'blocked',
  ],
  [
    'Firefox',
    'camera',
    'NotAllowedError',
    'The request is not allowed by the user agent or the platform in the current context.',
    'blocked',
  ],
  ['Firefox', 'camera', 'NotFoundError', 'The object can not be found here.', 'missing'],
  ['Firefox', 'camera', 'NotReadableError', 'Failed to allocate videosource', 'in-use'],
  ['Firefox', 'microphone', 'AbortError', 'Starting audioinput failed', 'in-use'],
  [
    'Firefox',
    'screen',
    'InvalidStateError',
    'getDisplayMedia requires transient activation from a user gesture.',
    'dismissed',
  ],
  ['Firefox', 'screen', 'NotFoundError', 'The object can not be found here.', 'missing'],
  [
    'Safari',
    'camera',
    'NotAllowedError',
    'The request is not allowed by the user agent or the platform in the current context, possibly because the user denied permission.',
    'blocked',
  ],
  ['Safari', 'camera', 'OverconstrainedError', 'Invalid constraint', 'constraints'],
  ['Safari', 'screen', 'TypeError', 'undefined is not a function', 'insecure-page'],
  ['any', 'camera', 'SecurityError', 'disabled', 'blocked'],
  ['any', 'camera', 'TypeError', "Cannot read properties of undefined (reading 'getUserMedia')", 'insecure-page'],
  ['any', 'screen', 'NotSupportedError', 'Not supported', 'unsupported'],
  ['any', 'camera', 'QuantumError', 'spooky', 'failed'],
];

describe('media problems', () => {
  it.each(CASES)('%s, %s: %s %s', (_browser, source, name, message, code) => {
    expect(explainMediaError({ name, message }, source).code).toBe(code);
  });

  it('of a page without mediaDevices', () => {
    expect(explainMediaError(undefined, 'camera')).toMatchObject({
      code: 'insecure-page',
      hint: expect.stringContaining('https://') as unknown,
    });
  });

  it.each([null, 'text', 7, {}, { name: 7, message: {} }])('survive %s as an error', (error) => {
    expect(explainMediaError(error, 'microphone').code).toBe('failed');
  });

  it('are said in whole sentences that name the device', () => {
    const codes: readonly MediaProblemCode[] = [
      'insecure-page',
      'blocked',
      'blocked-by-system',
      'dismissed',
      'missing',
      'in-use',
      'unsupported',
      'constraints',
      'unplugged',
      'failed',
    ];
    for (const source of ['camera', 'microphone', 'screen'] as const)
      for (const code of codes) {
        const { message, hint } = mediaProblem(code, source);
        expect(message + hint).not.toContain('{');
        expect(message).toMatch(/^[A-Z].*\.$/);
        expect(hint).toMatch(/^[A-Z].*\.$/);
      }
    expect(mediaProblem('blocked', 'microphone').message).toContain('microphone');
  });
});
