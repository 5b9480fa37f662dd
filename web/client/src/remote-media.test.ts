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

it('never takes the picture away before the next one is there', () => {
  const stream = new WatchedStream();
  const media = new RemoteMedia({ createStream: () => stream as unknown as MediaStream } as Environment);
  const tracks = (): ReadonlyMap<SourceKind, MediaStreamTrack> =>
    new Map([
      ['microphone', new FakeTrack('audio').asTrack],
      ['camera', new FakeTrack('video').asTrack],
    ]);
  media.handleMedia({ microphone: true, camera: true, screen: false });
  media.handleTracks(tracks());
  stream.pictures.length = 0;
  const next = tracks();
  media.handleTracks(next);
  expect(stream.pictures).not.toContain(0);
  expect(stream.getTracks()).toEqual([...next.values()]);
});
