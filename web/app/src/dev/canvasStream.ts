import { tintOf } from '../lib/person';

/** A moving picture with a name in it, in place of a camera. */
export function canvasStream(name: string, shape: { width: number; height: number }): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = shape.width;
  canvas.height = shape.height;
  const pen = canvas.getContext('2d');
  const draw = () => {
    if (pen === null) return;
    const t = performance.now() / 1000;
    const { width: w, height: h } = canvas;
    const sky = pen.createLinearGradient(0, 0, w, h);
    sky.addColorStop(0, tintOf(name));
    sky.addColorStop(1, tintOf(`${name}2`));
    pen.fillStyle = sky;
    pen.fillRect(0, 0, w, h);
    const x = w / 2 + Math.sin(t) * 14;
    pen.fillStyle = '#e3b08f';
    pen.beginPath();
    pen.arc(x, h * 0.42, h * 0.17, 0, Math.PI * 2);
    pen.fill();
    pen.fillStyle = '#2c3440';
    pen.beginPath();
    pen.ellipse(x, h * 1.02, h * 0.36, h * 0.4, 0, 0, Math.PI * 2);
    pen.fill();
    pen.fillStyle = 'rgb(255 255 255 / 55%)';
    pen.font = `${Math.round(h / 14)}px sans-serif`;
    pen.fillText(name, 20, h / 10);
  };
  draw();
  setInterval(draw, 100);
  return canvas.captureStream(10);
}

/** A page of text, in place of a shared screen. */
export function screenStream(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 1440;
  canvas.height = 900;
  const pen = canvas.getContext('2d');
  const draw = () => {
    if (pen === null) return;
    pen.fillStyle = '#fdfcf9';
    pen.fillRect(0, 0, 1440, 900);
    pen.fillStyle = '#17607a';
    pen.font = '600 54px serif';
    pen.fillText('Plan for the harbour', 100, 140);
    pen.fillStyle = '#b9b3a8';
    for (let line = 0; line < 14; line++) pen.fillRect(100, 210 + line * 44, 1100 - ((line * 137) % 420), 16);
  };
  draw();
  setInterval(draw, 500);
  return canvas.captureStream(4);
}
