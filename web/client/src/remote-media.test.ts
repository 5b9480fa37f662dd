import { expect, it } from 'vitest';
import type { SourceKind } from './api.ts';
import type { Environment } from './environment.ts';
import { RemoteMedia } from './remote-media.ts';
import { FakeMediaStream, FakeTrack } from './testing/fake-media.ts';

/** Remembers how many pictures it held after each step. */
class WatchedStream extends FakeMediaStream {
  readonly pictures: number[] = [];

  override addTrack(track: unknown): void {
    super.addTrack(track);
    this.pictures.push(this.getVideoTracks().length);
  }

  override removeTrack(track: unknown): void {
    super.removeTrack(track);
    this.pictures.push(this.getVideoTracks().length);
  }
}

function stage() {
  const stream = new WatchedStream();
  const media = new RemoteMedia({ createStream: () => stream as unknown as MediaStream } as Environment);
  media.handleMedia({ microphone: true, camera: true, screen: false });
  return { stream, media };
}

const tracks = (): ReadonlyMap<SourceKind, MediaStreamTrack> =>
  new Map([
    ['microphone', new FakeTrack('audio').asTrack],
    ['camera', new FakeTrack('video').asTrack],
  ]);

it('never takes the picture away before the next one is there', () => {
  const { stream, media } = stage();
  media.handleTracks(tracks());
  stream.pictures.length = 0;
  const next = tracks();
  media.handleTracks(next);
  expect(stream.pictures).not.toContain(0);
  expect(stream.getTracks()).toEqual([...next.values()]);
});

it('lets somebody be heard whose picture does not come, and adds it once it does', () => {
  const { stream, media } = stage();
  const [microphone, camera] = [...tracks().values()];
  const both = new Map<SourceKind, MediaStreamTrack>([
    ['microphone', microphone ?? expect.fail()],
    ['camera', camera ?? expect.fail()],
  ]);
  media.handleTracks(both, false);
  expect(stream.getTracks()).toEqual([microphone]);
  media.handleTracks(both, true);
  expect(stream.getTracks()).toEqual([microphone, camera]);
  // The last picture stays when it goes out of sight.
  media.handleTracks(both, false);
  expect(stream.getTracks()).toEqual([microphone, camera]);
});
