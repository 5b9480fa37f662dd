/** Who is heard where more send sound than anybody has slots for: the loudest, and who speaks is marked. */
import { describe } from 'node:test';
import { expectNoTone, expectPicture, expectTone, participantOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

/** What Java peers say of their sound, in -dBov; a browser's own tone is about 12. */
const [SHOUTS, SPEAKS_LOW] = [2, 70];
const PATIENT = { timeout: 30_000 };

/** Passes when the tile is marked as that of somebody who speaks, or is not. */
const expectSpeaking = (viewer, participant, speaking) =>
  until(`${participant} ${speaking ? 'speaks' : 'is silent'} at ${viewer.name}`, async () => {
    const marked = await viewer.evaluate(
      (id) => document.querySelector(`video[data-participant="${id}"]`).closest('[data-testid="tile"]').dataset.speaking,
      participant,
    );
    return (marked === 'true') === speaking;
  });

describe('a room of twelve', () => {
  scenario(
    'hears the three loudest of the eleven others, and whoever speaks next when they have left',
    async (stage) => {
      const server = await stage.server();
      const small = { viewport: { width: 800, height: 600 } };
      const [ada, boris] = await Promise.all([stage.chromium(small), stage.chromium(small)]);
      const low = await stage.javaPeers(7, { name: 'Low', levels: [SPEAKS_LOW] });
      const loud = await stage.javaPeers(3, { name: 'Loud', levels: [SHOUTS] });
      await Promise.all([
        ...[ada, boris].map((person) => person.enter(server.url, 'twelve', SFU)),
        low.prepare(server.url, 'twelve'),
        loud.prepare(server.url, 'twelve'),
      ]);
      await low.join();
      const his = await participantOf(ada, boris, PATIENT);
      for (const shown of [boris, ...low.all]) {
        await expectPicture(ada, await participantOf(ada, shown, PATIENT), shown.sender.id, PATIENT);
      }
      await expectTone(ada, his, boris.sender.hz, PATIENT);
      await expectSpeaking(ada, his, true);

      await loud.join();
      for (const shown of loud.all) {
        const id = await participantOf(ada, shown, PATIENT);
        await expectPicture(ada, id, shown.sender.id, PATIENT);
        await expectTone(ada, id, shown.sender.hz, PATIENT);
        await expectSpeaking(ada, id, true);
      }
      await expectNoTone(ada, his, boris.sender.hz);
      await expectSpeaking(ada, his, false);
      for (const shown of low.all.slice(0, 2)) await expectSpeaking(ada, await participantOf(ada, shown), false);

      await loud.leave();
      await expectTone(ada, his, boris.sender.hz, PATIENT);
      await expectSpeaking(ada, his, true);
      await expectPicture(ada, his, boris.sender.id);
      for (const person of [ada, boris]) await expectThroughServer(person, server);
    },
    { seconds: 150, quick: false },
  );
});
