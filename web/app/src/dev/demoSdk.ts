import type { MediaProblem } from '@stoa/client';
import type { Sdk } from '../sdk';
import { DemoMedia } from './DemoMedia';
import { DemoRoom } from './DemoRoom';

const BLOCKED: MediaProblem = {
  code: 'blocked',
  message: 'Camera and microphone are blocked for this page',
  hint: 'Click the icon left of the address, allow both, then try again.',
};

/**
 * `?demo=4` is a call with four made-up people; `&screen` makes one share, `&blocked` or `&insecure` refuses the devices,
 * `&status=reconnecting|taken` shows those states.
 */
export function demoSdk(): Sdk {
  const query = new URLSearchParams(location.search);
  const problem = query.has('insecure')
    ? ({ ...BLOCKED, code: 'insecure-page' } as const)
    : query.has('blocked')
      ? BLOCKED
      : null;
  return {
    createLocalMedia: () => new DemoMedia(problem),
    createRoom: (options) => {
      const room = new DemoRoom(options, Number(query.get('demo')) || 0, query.has('screen'));
      const status = query.get('status');
      if (status !== null) {
        const taken = { code: 'session-taken-over', message: 'Another tab took the call.', hint: 'Close one of them.' };
        setTimeout(() => {
          room.change({
            status: status === 'taken' ? { kind: 'closed', problem: taken } : { kind: 'reconnecting', attempt: 1 },
          });
        }, 500);
      }
      return room;
    },
  };
}
