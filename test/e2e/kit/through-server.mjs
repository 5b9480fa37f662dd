/** Calls of which the media goes through the server. */
import { pairsOf } from './observe.mjs';
import { until } from './wait.mjs';

/** The page's query. */
export const SFU = { topology: 'sfu' };

/** The port that the server carries media by, as it said itself when it last started. */
export const mediaPort = (server) => Number([...server.log.matchAll(/Media on port (\d+)/g)].at(-1)[1]);

/**
 * Media really goes through the server, and only once.
 *
 * @returns {Promise<object>} the one pair of candidates
 */
export function expectThroughServer(person, server) {
  return until(`${person.name} only connected with the server`, async () => {
    const pairs = await pairsOf(person);
    return pairs.length === 1 && pairs[0].remote.port === mediaPort(server) ? pairs[0] : null;
  });
}
