/** What runs inside the pages under test. Each function is sent as source text and uses nothing from outside. */
import { blockCodeSource } from './block-code.mjs';
import { strongestTone } from './tone.mjs';

/* global window, document, CSS, getComputedStyle, AnalyserNode, AudioContext, MediaRecorder, MediaStream, OfflineAudioContext */

/** Reads pictures and tones from the rendered elements, and counts what the page does with its PeerConnections. */
function observer({ lumaOfBlocks, decodeBlocks, strongestTone }) {
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 90;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const listeners = new WeakMap(); // track -> analyser
  let audio = null;
  const firefox = window.navigator.userAgent.includes('Firefox');

  /** @returns {HTMLVideoElement | null} */
  function element(participant, source) {
    return document.querySelector(
      `video[data-testid="remote-video"][data-participant="${CSS.escape(participant)}"]` +
        (source === 'screen' ? '[data-source="screen"]' : ':not([data-source="screen"])'),
    );
  }

  function shown(video) {
    const box = video.getBoundingClientRect();
    return box.width > 8 && box.height > 8 && video.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  /** Whether something opaque, such as an avatar, lies over the middle of the video. */
  function covered(video) {
    const box = video.getBoundingClientRect();
    let over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    for (; over && over !== video && !over.contains(video); over = over.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(over);
      const alpha = /^rgba\(.*, ([\d.]+)\)$/.exec(backgroundColor)?.[1] ?? 1;
      if ((Number(alpha) > 0.9 || backgroundImage !== 'none') && Number(opacity) > 0.9) return true;
    }
    return false;
  }

  /** The biggest element around the video that belongs to this participant alone. */
  function tile(video) {
    const strange = (other) => other.dataset.participant !== video.dataset.participant;
    let found = video;
    for (let up = video.parentElement; up && up !== document.body; up = up.parentElement) {
      const videos = [...up.querySelectorAll('video')];
      if (videos.some(strange) || videos.filter((v) => !strange(v)).length > 1) break;
      if (up.querySelector('[data-testid="leave"], [data-testid="chat-input"]')) break;
      found = up;
      if (up.matches('[data-testid="tile"], li, article, figure')) break;
    }
    return found;
  }

  function analysed(track) {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
    let analyser = listeners.get(track);
    if (!analyser) {
      analyser = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
      // The node keeps the source alive through this reference only.
      analyser.source = audio.createMediaStreamSource(new MediaStream([track]));
      analyser.source.connect(analyser);
      listeners.set(track, analyser);
    }
    if (audio.state !== 'running') return { reject: `AudioContext ${audio.state}` };
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    const width = audio.sampleRate / analyser.fftSize;
    let best = Math.ceil(150 / width);
    for (let bin = best; bin * width < 4000; bin++) if (levels[bin] > levels[best]) best = bin;
    return { hz: best * width, db: levels[best] };
  }

  /** Firefox's AudioContext stands still on a machine without a sound card; its recorder does not. */
  async function recorded(track) {
    const recorder = new MediaRecorder(new MediaStream([track]));
    const recording = new Promise((resolve) => recorder.addEventListener('dataavailable', ({ data }) => resolve(data)));
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (recorder.state !== 'inactive') recorder.stop();
    const bytes = await (await recording).arrayBuffer();
    if (bytes.byteLength === 0) return { reject: 'empty recording' };
    const rate = 16_000;
    const samples = (await new OfflineAudioContext(1, rate, rate).decodeAudioData(bytes)).getChannelData(0);
    return strongestTone(samples, rate);
  }

  return {
    /** Everybody that the page shows. */
    remotes() {
      return [...document.querySelectorAll('video[data-testid="remote-video"]')].map((video) => ({
        participant: video.dataset.participant,
        source: video.dataset.source ?? 'camera',
        text: tile(video).innerText,
        labels: [tile(video), ...tile(video).querySelectorAll('[aria-label]')].map((e) => e.getAttribute('aria-label')),
        shown: shown(video),
      }));
    },

    /** @param {boolean} [beneath] also look at a video that is hidden or covered */
    picture(participant, source, beneath = false) {
      const video = element(participant, source);
      if (!video) return { reject: 'no element' };
      if (!beneath && !shown(video)) return { reject: 'hidden' };
      if (!beneath && covered(video)) return { reject: 'covered' };
      if (video.readyState < 2 || !video.videoWidth) return { reject: 'no frame' };
      if (video.paused) return { reject: 'paused' };
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return decodeBlocks(lumaOfBlocks(data, canvas.width, canvas.height));
    },

    /**
     * Notes each picture that is rendered from now on.
     *
     * @returns {() => {at: number, width: number, id?: number, counter?: number, reject?: string}[]} ends it; `at` in ms
     */
    film(participant, source) {
      const video = element(participant, source);
      const seen = [];
      const look = (at) => {
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        seen.push({ at, width: video.videoWidth, ...decodeBlocks(lumaOfBlocks(data, canvas.width, canvas.height)) });
        request = video.requestVideoFrameCallback(look);
      };
      let request = video.requestVideoFrameCallback(look);
      return () => {
        video.cancelVideoFrameCallback(request);
        return seen;
      };
    },

    /** The strongest tone of the last moments (170 to 400 ms), and whether the element lets a person hear it. */
    async tone(participant, source) {
      const video = element(participant, source);
      if (!video) return { reject: 'no element' };
      const track = video.srcObject?.getAudioTracks()[0];
      if (!track) return { reject: 'no audio track' };
      if (video.paused) return { reject: 'paused' };
      if (video.muted) return { reject: 'muted' };
      if (video.volume === 0) return { reject: 'volume 0' };
      return firefox ? recorded(track) : analysed(track);
    },

    /** Connections that are in use, and the pair of candidates that each of them chose. */
    async pairs() {
      const result = [];
      for (const connection of window.__e2e.connections) {
        if (connection.connectionState === 'closed') continue;
        const stats = await connection.getStats();
        const byId = new Map([...stats.values()].map((report) => [report.id, report]));
        const reports = [...byId.values()];
        // Chromium names the pair on the transport; Firefox marks pairs, also those from before the bundle.
        const transport = reports.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId);
        const marked = reports
          .filter(({ type, selected }) => type === 'candidate-pair' && selected)
          .sort((one, two) => two.bytesReceived - one.bytesReceived);
        const pair = transport ? byId.get(transport.selectedCandidatePairId) : marked[0];
        if (!pair) continue;
        const pick = (id) => {
          const { candidateType, protocol, address, port, relayProtocol, url } = byId.get(id) ?? {};
          // How a relay of one's own is reached; nobody else knows.
          return { candidateType, protocol, address, port, ...(relayProtocol && { relayProtocol, url }) };
        };
        result.push({
          local: pick(pair.localCandidateId),
          remote: pick(pair.remoteCandidateId),
          bytesReceived: pair.bytesReceived,
          connectMs: window.__e2e.connectMs.get(connection) ?? null,
        });
      }
      return result;
    },

    async dump() {
      const result = [];
      for (const connection of window.__e2e.connections) {
        const { connectionState, iceConnectionState, signalingState } = connection;
        const stats = connectionState === 'closed' ? new Map() : await connection.getStats();
        result.push({ connectionState, iceConnectionState, signalingState, stats: [...stats.values()] });
      }
      return result;
    },
  };
}

/** Keeps the page's PeerConnections and counts negotiations. */
function watchPeerConnections() {
  const counts = { created: 0, negotiationneeded: 0, setLocalDescription: 0, setRemoteDescription: 0, iceRestarts: 0 };
  const connections = [];
  const channels = [];
  /** Milliseconds from the making of a connection to its first `connected`. */
  const connectMs = new Map();
  /** What happened when, for scenarios that ask how long something took. Milliseconds since 1970. */
  const timeline = [];
  const note = (what) => timeline.push({ what, at: Date.now() });
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      counts.created++;
      connections.push(this);
      this.addEventListener('negotiationneeded', () => counts.negotiationneeded++);
      const from = Date.now();
      this.addEventListener('connectionstatechange', () => {
        note(this.connectionState);
        if (this.connectionState === 'connected' && !connectMs.has(this)) connectMs.set(this, Date.now() - from);
      });
    }
    setLocalDescription(...given) {
      counts.setLocalDescription++;
      return super.setLocalDescription(...given);
    }
    setRemoteDescription(...given) {
      counts.setRemoteDescription++;
      return super.setRemoteDescription(...given);
    }
    createDataChannel(...given) {
      const channel = super.createDataChannel(...given);
      channels.push(channel);
      return channel;
    }
    restartIce() {
      counts.iceRestarts++;
      note('ice-restart');
      return super.restartIce();
    }
  };
  const sockets = [];
  /** Everything that signaling told this page, a scenario's worth of it. */
  const heard = [];
  const NativeSocket = window.WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(...given) {
      super(...given);
      sockets.push(this);
      this.addEventListener('close', () => note('socket-closed'));
      this.addEventListener('message', ({ data }) => heard.length < 2_000 && heard.push(String(data)));
    }
  };
  return { counts, connections, channels, sockets, connectMs, timeline, heard };
}

/**
 * Cameras that are canvases, one id for each: for Firefox, which plays no files, and for a Chromium that has two. The
 * browser is still asked first, so that constraints and refusals stay the browser's own.
 */
function fakeCapture({ drawBlocks }, { ids, fps, width, height }) {
  const devices = window.navigator.mediaDevices;
  if (!devices) return;
  const native = devices.getUserMedia.bind(devices);

  function camera(id) {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    let counter = 0;
    const draw = () => drawBlocks(context, id, counter++, width, height);
    draw();
    const [track] = canvas.captureStream(fps).getVideoTracks();
    const timer = setInterval(() => (track.readyState === 'ended' ? clearInterval(timer) : draw()), 1000 / fps);
    return track;
  }

  devices.getUserMedia = async (constraints) => {
    const asked = await native(constraints);
    const stream = new MediaStream();
    for (const track of asked.getTracks()) {
      if (track.kind === 'audio') {
        stream.addTrack(track);
        continue;
      }
      const settings = track.getSettings();
      const cameras = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
      const ours = camera(ids[Math.max(0, cameras.findIndex(({ deviceId }) => deviceId === settings.deviceId)) % ids.length]);
      ours.getSettings = () => ({ ...settings, width, height });
      stream.addTrack(ours);
      track.stop();
    }
    return stream;
  };
}

/** Script for every page, before its own. */
export const observerSource = `(() => {
  if (window.__e2e) return;
  ${blockCodeSource}
  ${strongestTone}
  window.__e2e = (${watchPeerConnections})();
  // The document is there when something is asked, not yet when this runs.
  let made = null;
  Object.defineProperty(window.__e2e, 'see', { get: () => (made ??= (${observer})({ lumaOfBlocks, decodeBlocks, strongestTone })) });
})();`;

/** @param {{ids: number[], fps: number, width: number, height: number}} what */
export const fakeCaptureSource = (what) => `(() => {
  if (window.__fakeCapture) return;
  window.__fakeCapture = true;
  ${blockCodeSource}
  (${fakeCapture})({ drawBlocks }, ${JSON.stringify(what)});
})();`;
