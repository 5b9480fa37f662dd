import { describe, expect, it } from 'vitest';
import { ReceiveSlots } from './receive-slots.ts';
import { Clock } from './testing/clock.ts';
import { FakeNetwork } from './testing/fake-network.ts';
import { FakePeerConnection } from './testing/fake-peer-connection.ts';

function slots() {
  const pc = new FakePeerConnection(new FakeNetwork(new Clock()), {});
  const receiving = new ReceiveSlots(pc as unknown as RTCPeerConnection);
  return { pc, receiving, videos: () => pc.getTransceivers().filter((each) => each.media === 'video').length };
}

describe('slots', () => {
  it('grow in steps, and never shrink', () => {
    const { receiving, videos } = slots();
    const sizes = [0, 4, 5, 1, 9, 10, 17, 2, 400].map((sources) => {
      receiving.grow(sources);
      return videos();
    });
    expect(sizes).toEqual([4, 4, 9, 9, 9, 16, 25, 25, 25]);
  });

  it('are whose the server says, as long as the kind fits', async () => {
    const { pc, receiving } = slots();
    receiving.grow(0);
    await pc.setLocalDescription();
    const [audio, , , video] = pc.getTransceivers();
    receiving.handleMap({
      [audio?.mid ?? '']: { participant: 'p1', source: 'microphone' },
      [video?.mid ?? '']: { participant: 'p2', source: 'microphone' },
      ghost: { participant: 'p1', source: 'camera' },
    });
    expect([...receiving.tracksOf('p1')]).toEqual([['microphone', audio?.receiver.track]]);
    expect(receiving.receiverOf('p1', 'microphone')).toBe(audio?.receiver);
    expect(receiving.tracksOf('p2').size).toBe(0);
    receiving.handleMap({});
    expect(receiving.tracksOf('p1').size).toBe(0);
  });

  it('are all taken when every one of the kind is', async () => {
    const { pc, receiving } = slots();
    receiving.grow(0);
    await pc.setLocalDescription();
    const audios = pc.getTransceivers().filter((each) => each.media === 'audio');
    expect(receiving.hasFree('audio')).toBe(true);
    receiving.handleMap(
      Object.fromEntries(
        audios.map(({ mid }, at) => [mid ?? '', { participant: `p${String(at)}`, source: 'microphone' }]),
      ),
    );
    expect([receiving.hasFree('audio'), receiving.hasFree('video')]).toEqual([false, true]);
  });
});
