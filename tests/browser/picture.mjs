// Screenshots as numbers: enough of PNG for what Chromium writes and for the small pictures that are kept.
import { deflateSync, inflateSync } from 'node:zlib';

const kSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function* chunks(png) {
  for (let at = kSignature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += length + 12;
  }
}

function paeth(a, b, c) {
  const p = a + b - c;
  const [da, db, dc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}

// Eight bits a channel, not interlaced, with or without alpha: {width, height, channels, data}.
export function decode(png) {
  const all = [...chunks(png)];
  const head = all.find(({ type }) => type === 'IHDR').data;
  const [width, height, depth, colour, interlaced] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9], head[12]];
  const channels = { 2: 3, 6: 4 }[colour];
  if (depth !== 8 || !channels || interlaced) throw new Error(`a PNG of another kind: ${depth} bits, colour ${colour}`);
  const raw = inflateSync(Buffer.concat(all.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const stride = width * channels;
  const data = Buffer.alloc(stride * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; ++x) {
      const left = x < channels ? 0 : data[y * stride + x - channels];
      const up = y === 0 ? 0 : data[(y - 1) * stride + x];
      const corner = x < channels || y === 0 ? 0 : data[(y - 1) * stride + x - channels];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      data[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return { width, height, channels, data };
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; ++bit) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc(body), body.length + 4);
  return whole;
}
// Three channels.
export function encode({ width, height, data }) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = 2;
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; ++y) {
    rows[y * (width * 3 + 1)] = 1;  // each byte as what it is more than the one before: flat areas become zeros
    for (let x = 0; x < width * 3; ++x)
      rows[y * (width * 3 + 1) + 1 + x] = data[y * width * 3 + x] - (x < 3 ? 0 : data[y * width * 3 + x - 3]);
  }
  const packed = deflateSync(rows, { level: 9 });
  return Buffer.concat([kSignature, chunk('IHDR', head), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}

// A part of the picture, as bytes.
export function crop({ width, channels, data }, { x, y, width: wide, height: high }) {
  const rows = [];
  for (let row = 0; row < high; ++row) {
    const from = ((y + row) * width + x) * channels;
    rows.push(data.subarray(from, from + wide * channels));
  }
  return Buffer.concat(rows);
}

// One pixel for each square of `side` pixels: their mean colour in steps of 8, three channels.
export function shrunk({ width, height, channels, data }, side) {
  const [columns, rows] = [Math.floor(width / side), Math.floor(height / side)];
  const small = Buffer.alloc(columns * rows * 3);
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      const sum = [0, 0, 0];
      for (let y = row * side; y < (row + 1) * side; ++y) {
        for (let x = column * side; x < (column + 1) * side; ++x) {
          const at = (y * width + x) * channels;
          for (let each = 0; each < 3; ++each) sum[each] += data[at + each];
        }
      }
      const to = (row * columns + column) * 3;
      for (let each = 0; each < 3; ++each) small[to + each] = Math.min(255, Math.round(sum[each] / side / side / 8) * 8);
    }
  }
  return { width: columns, height: rows, channels: 3, data: small };
}
