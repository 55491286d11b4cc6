// Samples of the microphone as 16-bit PCM, in pieces of 32 ms.
"use strict";

class Pcm extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Int16Array(512);
    this.filled = 0;
  }

  process([[samples]]) {
    for (const sample of samples || []) {
      this.piece[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      if (this.filled === this.piece.length) {
        this.port.postMessage(this.piece.slice().buffer);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("pcm", Pcm);
