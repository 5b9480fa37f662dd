/** Video codecs: a browser that knows but one of them, and which are in use. */
import { until } from './wait.mjs';

/* global window, RTCRtpReceiver, RTCRtpSender */

/** Leaves one codec, and its retransmissions, in every video m-line that the page offers. */
function offerOnly(mimeType) {
  const connection = window.RTCPeerConnection.prototype;
  const { addTransceiver } = connection;
  connection.addTransceiver = function (...given) {
    const transceiver = addTransceiver.apply(this, given);
    if (transceiver.receiver.track.kind === 'video') {
      const { codecs } = RTCRtpReceiver.getCapabilities('video');
      transceiver.setCodecPreferences(codecs.filter((codec) => [mimeType, 'video/rtx'].includes(codec.mimeType)));
    }
    return transceiver;
  };
}

/** @param {string} mimeType such as `video/VP9`; a script for every page, before its own */
export const offerOnlySource = (mimeType) => `(${offerOnly})(${JSON.stringify(mimeType)});`;

/** Whether the browser can both send and receive it. */
export const knowsCodec = (person, mimeType) =>
  person.evaluate(
    (wanted) =>
      [RTCRtpSender, RTCRtpReceiver].every((side) =>
        side.getCapabilities('video').codecs.some((codec) => codec.mimeType === wanted),
      ),
    mimeType,
  );

/** @returns {Promise<{sent: string[], received: string[]}>} of pictures that were encoded, and of those that were decoded */
const videoCodecsOf = (person) =>
  person.evaluate(async () => {
    const sent = new Set();
    const received = new Set();
    for (const connection of window.__e2e.connections) {
      if (connection.connectionState === 'closed') continue;
      const reports = await connection.getStats();
      const codecOf = ({ codecId }) => reports.get(codecId)?.mimeType ?? 'unknown';
      for (const report of reports.values()) {
        if (report.kind !== 'video') continue;
        if (report.type === 'outbound-rtp' && report.framesEncoded > 0) sent.add(codecOf(report));
        if (report.type === 'inbound-rtp' && report.framesDecoded > 0) received.add(codecOf(report));
      }
    }
    return { sent: [...sent], received: [...received] };
  });

/** Passes when this codec, and no other, carries the pictures that this person sends and those that arrive. */
export async function expectVideoCodec(person, mimeType) {
  await until(`only ${mimeType} in use at ${person.name}`, async () => {
    const { sent, received } = await videoCodecsOf(person);
    if (sent.join() !== mimeType || received.join() !== mimeType) throw new Error(`sent ${sent}, received ${received}`);
    return true;
  });
}
