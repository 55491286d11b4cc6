// The page around the terminal: where it connects to, and the microphone, whose sound goes to the server as it comes.
"use strict";

const address = (path) => location.protocol.replace("http", "ws") + "//" + location.host + path;
const element = (name) => document.getElementById(name);

element("terminal").dataset.sessionWebsocketUrl = address("/terminal");
element("again").addEventListener("click", () => location.reload());

const type = () => document.querySelector("#terminal textarea")?.focus();
new MutationObserver((_, observer) => {
  if (!document.body.classList.contains("-first-byte")) return;
  observer.disconnect();
  type();
}).observe(document.body, { attributeFilter: ["class"] });

const microphone = {
  context: null,
  stream: null,
  socket: null,

  async begin() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
    this.context = new AudioContext({ sampleRate: 16000 });
    await this.context.audioWorklet.addModule("/page/pcm.js");
    this.socket = new WebSocket(address("/microphone"));
    this.socket.addEventListener("close", () => this.end());
    const node = new AudioWorkletNode(this.context, "pcm", { numberOfOutputs: 0 });
    node.port.onmessage = (message) => {
      if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.send(message.data);
    };
    this.context.createMediaStreamSource(this.stream).connect(node);
    await this.context.resume();
  },

  end() {
    const { context, stream, socket } = this;
    this.context = this.stream = this.socket = null;
    if (socket) socket.close();
    if (stream) stream.getTracks().forEach((track) => track.stop());
    if (context) context.close();
    show(false);
  },
};

function show(isOn, notice = "") {
  element("microphone").textContent = isOn ? "Microphone on" : "Microphone off";
  element("microphone").setAttribute("aria-pressed", String(isOn));
  element("notice").textContent = notice;
}

async function toggle() {
  type();
  if (microphone.stream) {
    microphone.end();
    return;
  }
  try {
    await microphone.begin();
    show(true);
  } catch (error) {
    microphone.end();
    show(false, "The microphone cannot be used: " + error.message);
  }
}

if (navigator.mediaDevices) {
  element("microphone").addEventListener("click", toggle);
} else {
  element("microphone").disabled = true;
  element("notice").textContent = "A browser gives its microphone only to https and to localhost.";
}
