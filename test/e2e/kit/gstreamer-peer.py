"""A participant that is no browser: GStreamer's webrtcbin beside the server, by docs/PROTOCOL.md.

    /usr/bin/python3 gstreamer-peer.py JSON     joins a room, see Peer for the members
    /usr/bin/python3 gstreamer-peer.py --check  ends with 0 when everything that it needs is installed

Reads commands from standard input, one JSON object a line: {"do": "media", "media": {...}} and {"do": "leave"}; the end of
the input is a leave too. Writes what happens to standard output, one JSON object a line: "signal" (a message of the
server's), "offer", "answer", "connected", "frame" (a received picture, 80x45 grey), "sound" (received samples, 16 bit mono
16 kHz), "keyframe-requested", "error". It judges nothing.
"""

import asyncio
import base64
import json
import mmap
import os
import sys
import threading
import uuid

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402
import websockets  # noqa: E402

ELEMENTS = """appsink appsrc audioconvert audioresample clocksync dtlsdec h264parse nicesrc openh264dec openh264enc opusdec opusenc
    queue rtph264depay rtph264pay rtphdrextmid rtphdrexttwcc rtpopusdepay rtpopuspay rtpvp8depay rtpvp8pay rtpvp9depay
    rtpvp9pay srtpdec videoconvert videoscale vp8dec vp8enc vp9dec vp9enc webrtcbin""".split()

SAMPLE_RATE = 48_000
AUDIO_TYPE = 111
# Key frames come at the start and when they are asked for, so that a late receiver's picture proves that they were.
VIDEO = {
    "VP8": {
        "type": 96,
        "parameters": "",
        "send": "vp8enc name=encoder deadline=1 cpu-used=8 keyframe-mode=disabled target-bitrate=600000 "
        "error-resilient=default ! rtpvp8pay name=payloader picture-id-mode=15-bit",
        "receive": "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec",
    },
    "VP9": {
        "type": 98,
        "parameters": ",profile-id=(string)0",
        "send": "vp9enc name=encoder deadline=1 cpu-used=8 keyframe-mode=disabled target-bitrate=600000 "
        "error-resilient=default ! rtpvp9pay name=payloader picture-id-mode=15-bit",
        "receive": "rtpvp9depay request-keyframe=true wait-for-keyframe=true ! vp9dec",
    },
    "H264": {
        "type": 102,
        "parameters": ",packetization-mode=(string)1,profile-level-id=(string)42e01f,level-asymmetry-allowed=(string)1",
        "send": "openh264enc name=encoder complexity=low gop-size=9000 scene-change-detection=false bitrate=600000 rate-control=bitrate "
        "! video/x-h264,profile=constrained-baseline "
        "! rtph264pay name=payloader config-interval=-1 aggregate-mode=zero-latency",
        "receive": "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! openh264dec",
    },
}

EXTENSIONS = {
    1: "urn:ietf:params:rtp-hdrext:sdes:mid",
    2: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
}


speaking = threading.Lock()


def say(kind, **members):
    line = json.dumps({"type": kind, **members}) + "\n"
    with speaking:
        sys.stdout.write(line)
        sys.stdout.flush()


def extension_maps():
    return "".join(f",extmap-{number}=(string){uri}" for number, uri in EXTENSIONS.items())


def audio_caps():
    return Gst.Caps.from_string(
        f"application/x-rtp,media=audio,encoding-name=OPUS,payload={AUDIO_TYPE},clock-rate={SAMPLE_RATE},"
        "encoding-params=(string)2,minptime=(string)10,useinbandfec=(string)1" + extension_maps()
    )


def video_caps(*names):
    return Gst.Caps.from_string(
        ";".join(
            f"application/x-rtp,media=video,encoding-name={name},payload={VIDEO[name]['type']},clock-rate=90000"
            + VIDEO[name]["parameters"]
            + extension_maps()
            for name in names
        )
    )


def sources_of(sdp):
    """What is sent in which m-section. A transceiver knows its mid only after the answer."""
    sections = [sdp.get_media(index) for index in range(sdp.medias_len())]
    names = {"audio": "microphone", "video": "camera"}
    return {
        section.get_attribute_val("mid"): names[section.get_media()]
        for section in sections
        if section.get_attribute_val("sendonly") is not None
    }


class Frames:
    """The frames of a .y4m (I420), again and again."""

    def __init__(self, path):
        self.data = mmap.mmap(os.open(path, os.O_RDONLY), 0, access=mmap.ACCESS_READ)
        header = self.data.readline().decode().split()
        tags = {word[0]: word[1:] for word in header[1:]}
        self.width, self.height = int(tags["W"]), int(tags["H"])
        self.rate = int(tags["F"].split(":")[0])
        self.begin = self.at = self.data.tell()
        self.size = self.width * self.height * 3 // 2
        self.duration = Gst.SECOND // self.rate
        self.caps = f"video/x-raw,format=I420,width={self.width},height={self.height},framerate={self.rate}/1"

    def next(self):
        if self.at >= len(self.data):
            self.at = self.begin
        start = self.at + len("FRAME\n")
        self.at = start + self.size
        return self.data[start : self.at]


class Samples:
    """The samples of a .wav (16 bit mono 48 kHz), again and again, 20 ms at a time."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()[44:]
        self.at = 0
        self.duration = 20 * Gst.MSECOND
        self.caps = f"audio/x-raw,format=S16LE,rate={SAMPLE_RATE},channels=1,layout=interleaved"

    def next(self):
        size = SAMPLE_RATE // 50 * 2
        chunk = self.data[self.at : self.at + size]
        self.at = (self.at + size) % len(self.data)
        return chunk


class Feed:
    """Gives an appsrc what comes next whenever it wants more; a clocksync behind it keeps the pace."""

    def __init__(self, source, media):
        self.source, self.media, self.count = source, media, 0
        source.set_property("caps", Gst.Caps.from_string(media.caps))
        source.connect("need-data", self.push)

    def push(self, *_):
        buffer = Gst.Buffer.new_wrapped(self.media.next())
        buffer.pts = buffer.dts = self.count * self.media.duration
        buffer.duration = self.media.duration
        self.count += 1
        self.source.emit("push-buffer", buffer)


class Peer:
    """One participant.

    options: url, room, name, video (a .y4m), audio (a .wav), sends (a codec of VIDEO), receives (several), audioSlots,
    videoSlots.
    """

    def __init__(self, options, loop):
        self.options, self.loop = options, loop
        self.instance = None  # of the server
        self.number = 0
        self.socket = None
        self.connected = False
        self.media = {"microphone": True, "camera": True, "screen": False}
        self.pipeline = Gst.Pipeline.new()
        self.pipeline.get_bus().set_sync_handler(self.on_bus)
        self.build()

    def build(self):
        self.webrtc = Gst.ElementFactory.make("webrtcbin")
        self.webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        # Python takes over the only reference to what is floating: it must be kept, else the agent is gone.
        self.ice = self.webrtc.get_property("ice-agent")
        self.ice.emit("add-local-ip-address", "127.0.0.1")
        self.negotiable = asyncio.Event()
        self.webrtc.connect("on-negotiation-needed", lambda *_: self.loop.call_soon_threadsafe(self.negotiable.set))
        self.webrtc.connect("pad-added", self.on_pad)
        self.webrtc.connect("notify::connection-state", self.on_connection)
        self.pipeline.add(self.webrtc)
        codec = self.options["sends"]
        self.sending = {
            "microphone": self.send(
                Samples(self.options["audio"]),
                "opusenc frame-size=20 ! rtpopuspay name=payloader",
                audio_caps(),
            ),
            "camera": self.send(Frames(self.options["video"]), VIDEO[codec]["send"], video_caps(codec)),
        }
        receiving = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
        slots = [audio_caps()] * self.options["audioSlots"]
        slots += [video_caps(*self.options["receives"])] * self.options["videoSlots"]
        self.slots = [self.webrtc.emit("add-transceiver", receiving, caps) for caps in slots]
        for transceiver in self.slots[self.options["audioSlots"] :]:
            transceiver.set_property("do-nack", True)

    def send(self, media, coding, caps):
        chain = Gst.parse_bin_from_description(
            "appsrc name=source format=time is-live=true max-buffers=2 ! clocksync ! valve name=valve ! queue "
            f"! {coding} ! {caps.to_string()} ! queue",
            True,
        )
        Feed(chain.get_by_name("source"), media)
        encoder = chain.get_by_name("encoder")
        if encoder:
            encoder.get_static_pad("src").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, self.on_upstream)
        self.pipeline.add(chain)
        pad = self.webrtc.request_pad_simple("sink_%u")
        chain.get_static_pad("src").link(pad)
        transceiver = pad.get_property("transceiver")
        transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        transceiver.set_property("do-nack", encoder is not None)
        return {"transceiver": transceiver, "valve": chain.get_by_name("valve")}

    # What GStreamer tells, on threads of its own.

    def on_bus(self, _bus, message):
        if message.type == Gst.MessageType.ERROR:
            error, debug = message.parse_error()
            say("error", text=f"{message.src.get_path_string()}: {error.message}; {debug}")
        return Gst.BusSyncReply.DROP

    def on_upstream(self, _pad, info):
        structure = info.get_event().get_structure()
        if structure and structure.get_name() == "GstForceKeyUnit":
            say("keyframe-requested")
        return Gst.PadProbeReturn.OK

    def on_connection(self, *_):
        state = self.webrtc.get_property("connection-state")
        if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED and not self.connected:
            self.connected = True
            say("connected", transport=self.transport())
        elif state == GstWebRTC.WebRTCPeerConnectionState.FAILED:
            say("error", text="the connection with the server failed")

    def transport(self):
        """What DTLS agreed on: numbers of GstDtlsSrtpCipher and GstDtlsSrtpAuth."""
        found = []
        elements = self.webrtc.iterate_recurse()
        while True:
            result, element = elements.next()
            if result != Gst.IteratorResult.OK:
                return found
            if element.get_factory() and element.get_factory().get_name() == "dtlsdec":
                found.append({"cipher": element.get_property("srtp-cipher"), "auth": element.get_property("srtp-auth")})

    def on_pad(self, _webrtc, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        mid = pad.get_property("transceiver").get_property("mid")
        name = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        if name == "OPUS":
            chain = "rtpopusdepay ! opusdec ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=16000,channels=1"
        else:
            chain = (
                f"{VIDEO[name]['receive']} ! videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=80,height=45,"
                "pixel-aspect-ratio=1/1"
            )
        receiver = Gst.parse_bin_from_description(
            f"queue ! {chain} ! appsink name=sink sync=false emit-signals=true max-buffers=60 drop=true", True
        )
        receiver.get_by_name("sink").connect("new-sample", self.on_sample, mid, name)
        self.pipeline.add(receiver)
        pad.link(receiver.get_static_pad("sink"))
        receiver.sync_state_with_parent()
        say("receiving", mid=mid, codec=name)

    def on_sample(self, sink, mid, name):
        sample = sink.emit("pull-sample")
        buffer = sample.get_buffer()
        data = base64.b64encode(buffer.extract_dup(0, buffer.get_size())).decode()
        if name == "OPUS":
            say("sound", mid=mid, rate=16_000, samples=data)
        else:
            say("frame", mid=mid, codec=name, width=80, height=45, grey=data)
        return Gst.FlowReturn.OK

    # The signaling, on the loop.

    async def run(self):
        async with websockets.connect(self.options["url"], max_size=None, compression=None) as socket:
            self.socket = socket
            await self.tell(
                {
                    "type": "join",
                    "version": 1,
                    "room": self.options["room"],
                    "name": self.options["name"],
                    "instance": str(uuid.uuid4()),
                    "media": self.media,
                    "topology": "sfu",
                }
            )
            commands = asyncio.create_task(self.obey())
            messages = asyncio.create_task(self.listen())
            done, _ = await asyncio.wait([commands, messages], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    async def tell(self, message):
        if message["type"] != "join":
            self.number += 1
            message = {**message, "n": self.number}
        await self.socket.send(json.dumps(message))

    async def listen(self):
        async for text in self.socket:
            message = json.loads(text)
            kind = message["type"]
            say("signal", message=message)
            if kind == "joined":
                self.instance = message["server"]["instance"]
                self.pipeline.set_state(Gst.State.PLAYING)
                await self.offer()
            elif kind == "answer" and message["from"] == "server":
                await self.take(message["sdp"])
        say("closed", code=self.socket.close_code, reason=self.socket.close_reason)

    async def offer(self):
        await self.negotiable.wait()
        reply = await self.ask("create-offer", None)
        description = reply.get_value("offer")
        await self.ask("set-local-description", description)
        sdp = description.sdp.as_text()
        sources = sources_of(description.sdp)
        say("offer", sdp=sdp, sources=sources)
        await self.tell({"type": "offer", "to": "server", "instance": self.instance, "sdp": sdp, "sources": sources})

    async def take(self, text):
        _, sdp = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        await self.ask("set-remote-description", answer)

    async def ask(self, signal, argument):
        """Sends webrtcbin an action and waits for its promise."""
        done = self.loop.create_future()

        def kept(promise, *_):
            self.loop.call_soon_threadsafe(done.set_result, promise.get_reply())

        promise = Gst.Promise.new_with_change_func(kept)
        self.webrtc.emit(signal, argument, promise)
        reply = await done
        if reply and reply.has_field("error"):
            raise RuntimeError(f"{signal}: {reply.get_value('error')}")
        return reply

    async def obey(self):
        reader = asyncio.StreamReader()
        await self.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while True:
            line = await reader.readline()
            command = json.loads(line) if line else {"do": "leave"}
            if command["do"] == "leave":
                await self.tell({"type": "leave"})
                return
            self.media = command["media"]
            for name, each in self.sending.items():
                each["valve"].set_property("drop", not self.media[name])
            await self.tell({"type": "media", "media": self.media})


def main():
    Gst.init(None)
    missing = [name for name in ELEMENTS if not Gst.ElementFactory.find(name)]
    if missing:
        sys.exit(f"GStreamer lacks {', '.join(missing)}")
    if sys.argv[1] == "--check":
        return
    asyncio.run(take_part(json.loads(sys.argv[1])))


async def take_part(options):
    peer = Peer(options, asyncio.get_running_loop())
    try:
        await peer.run()
    finally:
        peer.pipeline.set_state(Gst.State.NULL)


main()
