/**
 * An offer to the server without what the server cannot use. A browser repeats every codec it knows in every m-line: with
 * nine slots that is more than a message may hold, with this it is so for 25. What an offer does not name its answer does
 * not either, and a browser takes an answer with fewer codecs than it has (RFC 3264, 6.1).
 */

/** Header extensions that the server reads or passes on. */
const EXTENSIONS: ReadonlySet<string> = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
]);

/** Of layers that this side sends; a slot has one. */
const SENDING_EXTENSIONS: ReadonlySet<string> = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
]);

/** The server measures with transport-cc. */
const NEEDLESS = /^a=(?:candidate:|end-of-candidates|rtcp:|rtcp-fb:\d+ goog-remb)/;

interface Format {
  readonly name: string;
  readonly parameters: string;
}

export function compactOffer(sdp: string): string {
  return sdp
    .split(/^(?=m=)/m)
    .map((section) => (/^m=(?:audio|video) /.test(section) ? compactSection(section) : section))
    .join('');
}

function compactSection(section: string): string {
  const lines = section.split(/\r?\n/).filter((line) => line !== '');
  const sends = !lines.includes('a=recvonly');
  const formats = formatsOf(lines);
  const kept = new Set([...formats].filter(([, format]) => isUsable(format, formats)).map(([type]) => type));
  return lines
    .filter((line) => !NEEDLESS.test(line) && isWantedExtension(line, sends) && isWantedFormat(line, kept))
    .map((line, index) => (index === 0 ? withFormats(line, kept) : line))
    .map((line) => `${line}\r\n`)
    .join('');
}

/** By payload type. */
function formatsOf(lines: readonly string[]): ReadonlyMap<string, Format> {
  const named = (attribute: string): ReadonlyMap<string, string> =>
    new Map(
      lines.flatMap((line) => {
        const [, type, value] = new RegExp(`^a=${attribute}:(\\d+) (.*)$`).exec(line) ?? [];
        return type === undefined || value === undefined ? [] : [[type, value] as const];
      }),
    );
  const parameters = named('fmtp');
  return new Map(
    [...named('rtpmap')].map(([type, map]) => [
      type,
      { name: map.replace(/\/.*$/, '').toLowerCase(), parameters: parameters.get(type) ?? '' },
    ]),
  );
}

function isUsable({ name, parameters }: Format, formats: ReadonlyMap<string, Format>): boolean {
  switch (name) {
    case 'opus':
    case 'vp8':
      return true;
    case 'vp9':
      return (parameter(parameters, 'profile-id') ?? '0') === '0';
    case 'av1':
      return (parameter(parameters, 'profile') ?? '0') === '0';
    case 'h264':
      // Constrained baseline, which all browsers with H.264 have (RFC 7742, 6.2), in the mode that they prefer.
      return (
        parameter(parameters, 'packetization-mode') === '1' &&
        /^42[ce]0/i.test(parameter(parameters, 'profile-level-id') ?? '')
      );
    case 'rtx': {
      const repaired = formats.get(parameter(parameters, 'apt') ?? '');
      return repaired !== undefined && repaired.name !== 'rtx' && isUsable(repaired, formats);
    }
    case 'red':
      // Of audio (RFC 2198): its parameters name what it repeats.
      return formats.get(/^\d+/.exec(parameters)?.[0] ?? '')?.name === 'opus';
    default:
      return false;
  }
}

function parameter(parameters: string, name: string): string | undefined {
  return parameters
    .split(';')
    .map((each) => each.trim().split('='))
    .find(([key]) => key === name)?.[1];
}

function isWantedExtension(line: string, sends: boolean): boolean {
  const extension = /^a=extmap:\S+ (\S+)/.exec(line)?.[1];
  return extension === undefined || EXTENSIONS.has(extension) || (sends && SENDING_EXTENSIONS.has(extension));
}

function isWantedFormat(line: string, kept: ReadonlySet<string>): boolean {
  const type = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
  // What is not to be understood is left as it is.
  return type === undefined || kept.size === 0 || kept.has(type);
}

function withFormats(mline: string, kept: ReadonlySet<string>): string {
  if (kept.size === 0) return mline;
  const [media, port, transport, ...types] = mline.split(' ');
  return [media, port, transport, ...types.filter((type) => kept.has(type))].join(' ');
}
