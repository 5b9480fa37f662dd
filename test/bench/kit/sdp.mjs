/** Descriptions and candidates of the size and shape that a browser makes for a camera, a microphone and a data channel. */
import { createHash } from 'node:crypto';

const VIDEO_CODECS = [
  [96, 'VP8/90000', null],
  [39, 'AV1/90000', 'level-idx=5;profile=0;tier=0'],
  [98, 'VP9/90000', 'profile-id=0'],
  [100, 'VP9/90000', 'profile-id=2'],
  [103, 'H264/90000', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f'],
  [107, 'H264/90000', 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f'],
  [109, 'H264/90000', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'],
  [117, 'H264/90000', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f'],
];
const AUDIO_CODECS = [
  [111, 'opus/48000/2', 'minptime=10;useinbandfec=1'],
  [63, 'red/48000/2', '111/111'],
  [9, 'G722/8000', null],
  [0, 'PCMU/8000', null],
  [8, 'PCMA/8000', null],
  [13, 'CN/8000', null],
  [110, 'telephone-event/48000', null],
  [126, 'telephone-event/8000', null],
];
const EXTENSIONS = [
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:toffset',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
  'http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
  'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
];

const digest = (seed) => createHash('sha256').update(seed).digest();

function transport(seed, setup, mid) {
  const bytes = digest(seed);
  return [
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${bytes.toString('base64').slice(0, 4)}`,
    `a=ice-pwd:${bytes.toString('base64').slice(4, 28)}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${[...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(':')}`,
    `a=setup:${setup}`,
    `a=mid:${mid}`,
  ];
}

function media(seed, kind, mid, setup, codecs, extensions) {
  const lines = [];
  const types = [];
  for (const [type, name, format] of codecs) {
    types.push(type);
    lines.push(`a=rtpmap:${type} ${name}`);
    if (kind === 'video') {
      for (const feedback of ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']) {
        lines.push(`a=rtcp-fb:${type} ${feedback}`);
      }
      types.push(type + 1);
      lines.push(`a=rtpmap:${type + 1} rtx/90000`, `a=fmtp:${type + 1} apt=${type}`);
    }
    if (format !== null) lines.push(`a=fmtp:${type} ${format}`);
  }
  const ssrc = digest(seed + kind).readUInt32BE(0);
  const group = kind === 'video' ? [ssrc, ssrc + 1] : [ssrc];
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types.join(' ')}`,
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...transport(seed, setup, mid),
    ...extensions.map((uri, n) => `a=extmap:${n + 1} ${uri}`),
    'a=sendrecv',
    `a=msid:- ${digest(seed + mid).toString('hex').slice(0, 36)}`,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...lines,
    ...(group.length > 1 ? [`a=ssrc-group:FID ${group.join(' ')}`] : []),
    ...group.flatMap((id) => [`a=ssrc:${id} cname:${digest(seed).toString('base64').slice(0, 16)}`]),
  ];
}

function description(seed, setup, videoCodecs) {
  return [
    'v=0',
    `o=- ${digest(seed).readBigUInt64BE(0) >> 1n} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1 2',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS',
    ...media(seed, 'audio', 0, setup, AUDIO_CODECS, EXTENSIONS.slice(0, 4)),
    ...media(seed, 'video', 1, setup, videoCodecs, EXTENSIONS.slice(1)),
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    ...transport(seed, setup, 2),
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    '',
  ].join('\r\n');
}

export const offer = (seed) => description(seed, 'actpass', VIDEO_CODECS);
export const answer = (seed) => description(seed, 'active', VIDEO_CODECS.slice(0, 5));

/** @param {number} n which of a description's candidates */
export function candidate(seed, n) {
  const bytes = digest(seed);
  const port = 49_152 + (bytes.readUInt16BE(n) % 16_000);
  const address = `${bytes.toString('hex', 0, 4)}-${bytes.toString('hex', 4, 6)}-4${bytes.toString('hex', 7, 8)}0-9${bytes.toString('hex', 8, 9)}0-${bytes.toString('hex', 10, 16)}.local`;
  const lines = [
    `candidate:${bytes.readUInt32BE(n)} 1 udp 2122260223 ${address} ${port} typ host generation 0 network-id 1`,
    `candidate:${bytes.readUInt32BE(n)} 1 udp 1686052607 203.0.113.${n + 7} ${port} typ srflx raddr 0.0.0.0 rport 0 generation 0`,
    `candidate:${bytes.readUInt32BE(n)} 1 tcp 1518280447 ${address} 9 typ host tcptype active generation 0 network-id 1`,
  ];
  return {
    candidate: lines[n % lines.length],
    sdpMid: String(n % 3),
    sdpMLineIndex: n % 3,
    usernameFragment: bytes.toString('base64').slice(0, 4),
  };
}
