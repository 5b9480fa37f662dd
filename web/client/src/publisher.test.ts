import { describe, expect, it } from 'vitest';
import type { VideoCodec } from './api.ts';
import { Publisher } from './publisher.ts';
import { CALL_KINDS, NO_TRACKS } from './slots.ts';
import type { SyncStreams } from './slots.ts';
import { Clock } from './testing/clock.ts';
import { FakeTrack } from './testing/fake-media.ts';
import { FakeNetwork } from './testing/fake-network.ts';
import { FakePeerConnection } from './testing/fake-peer-connection.ts';

const STREAMS = {} as SyncStreams;
const CODECS = ['VP8', 'rtx', 'VP9', 'H264'];

async function stage(codec: VideoCodec | null, refusedModes: readonly string[] = [], known = CODECS) {
  const pc = new FakePeerConnection(new FakeNetwork(new Clock()), {});
  pc.refusedModes = refusedModes;
  const environment = { videoCodecs: () => known.map((name) => ({ mimeType: `video/${name}`, clockRate: 90_000 })) };
  const publisher = new Publisher(pc as unknown as RTCPeerConnection, environment, STREAMS, codec);
  const tracks = { ...NO_TRACKS, camera: new FakeTrack('video', 'camera').asTrack };
  publisher.add(CALL_KINDS, tracks);
  await pc.setLocalDescription();
  const camera = pc.getTransceivers()[1] ?? expect.fail('a camera');
  return { publisher, tracks, camera, mid: camera.mid ?? '' };
}

describe('what is sent to the server', () => {
  it('is simulcast in VP8, of which only what is wanted is made', async () => {
    const { publisher, camera, mid } = await stage(null);
    expect(camera.sender.active).toEqual(['l', 'm', 'h']);
    expect(camera.codecs).toEqual([]);
    publisher.handleLayers({ [mid]: { rids: ['m'] } });
    await publisher.adjust();
    expect(camera.sender.active).toEqual(['m']);
    publisher.handleLayers({});
    await publisher.adjust();
    expect(camera.sender.active).toEqual(['l', 'm', 'h']);
  });

  it('is one stream with layers in VP9, and nothing else is offered', async () => {
    const { publisher, camera, mid } = await stage('vp9');
    expect(camera.sender.active).toEqual(['L3T3_KEY']);
    expect(camera.codecs).toEqual(['video/VP9', 'video/rtx']);
    publisher.handleLayers({ [mid]: { spatial: 2 } });
    await publisher.adjust();
    expect(camera.sender.active).toEqual(['L2T3_KEY']);
    publisher.handleLayers({ [mid]: { spatial: 0 } });
    await publisher.adjust();
    expect(camera.sender.active).toEqual([]);
  });

  it('is one stream without layers where the browser refuses them', async () => {
    expect((await stage('vp9', ['L3T3_KEY'])).camera.sender.active).toEqual(['L1T3']);
    expect((await stage('vp9', ['L3T3_KEY', 'L1T3'])).camera.sender.active).toEqual(['one']);
  });

  it('is VP8 where the browser does not know the codec', async () => {
    const { camera } = await stage('av1');
    expect(camera.sender.active).toEqual(['l', 'm', 'h']);
    expect(camera.codecs).toEqual([]);
  });

  it('goes on as it is wanted with another camera', async () => {
    const { publisher, tracks, camera, mid } = await stage(null);
    publisher.handleLayers({ [mid]: { rids: ['l'] } });
    await publisher.apply({ ...tracks, camera: null });
    await publisher.apply({ ...tracks, camera: new FakeTrack('video', 'other').asTrack });
    expect(camera.sender.track?.label).toBe('other');
    expect(camera.sender.active).toEqual(['l']);
  });

  it('is changed though somebody else changes it at the same time', async () => {
    const { publisher, camera, mid } = await stage(null);
    camera.sender.races = 1;
    publisher.handleLayers({ [mid]: { rids: ['l'] } });
    await publisher.adjust();
    expect(camera.sender.active).toEqual(['l']);
  });

  it('stays as it is where a browser refuses every change', async () => {
    const { publisher, camera, mid } = await stage(null);
    camera.sender.races = 99;
    publisher.handleLayers({ [mid]: { rids: [] } });
    await expect(publisher.adjust()).resolves.toBeUndefined();
    expect(camera.sender.active).toEqual(['l', 'm', 'h']);
  });
});
