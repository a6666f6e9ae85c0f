import { crc32, deflateSync } from "node:zlib";

type Colour = readonly [red: number, green: number, blue: number];

const WIDTH = 480;
const HEIGHT = 360;
const FLOOR_AT = 250;

const WALLS: readonly Colour[] = [
  [236, 228, 216],
  [214, 222, 218],
  [226, 214, 208],
  [210, 216, 228],
];
const WOODS: readonly Colour[] = [
  [139, 96, 58],
  [92, 62, 42],
  [176, 132, 84],
];
const FABRICS: readonly Colour[] = [
  [86, 110, 96],
  [178, 160, 138],
  [120, 128, 140],
  [150, 84, 70],
];

/** A small picture (PNG) of a room with a piece of furniture; the same number gives the same picture. */
export function drawPicture(n: number): Buffer {
  const canvas = new Canvas(pick(WALLS, n), pick(WOODS, n + 1));
  const draw = [drawSofa, drawTable, drawShelf, drawLampAndChair][n % 4] ?? drawSofa;
  draw(canvas, pick(FABRICS, Math.floor(n / 4)), pick(WOODS, n));
  return canvas.encode();
}

class Canvas {
  readonly #pixels = Buffer.alloc(WIDTH * HEIGHT * 3);

  constructor(wall: Colour, floor: Colour) {
    for (let y = 0; y < HEIGHT; y += 1) {
      const [colour, light] = y < FLOOR_AT ? [wall, 1 - y / 1_600] : [floor, 0.75 + (y - FLOOR_AT) / 500];
      this.rect(0, y, WIDTH, 1, shade(colour, light));
    }
  }

  rect(left: number, top: number, width: number, height: number, colour: Colour): void {
    const [start, end] = [Math.max(0, left), Math.min(WIDTH, left + width)];
    for (let y = Math.max(0, top); y < Math.min(HEIGHT, top + height); y += 1)
      this.#pixels.fill(Buffer.from(colour), (y * WIDTH + start) * 3, (y * WIDTH + end) * 3);
  }

  /** Truecolour, 8 bits, no filter: PNG (ISO/IEC 15948), chunks IHDR, IDAT, IEND. */
  encode(): Buffer {
    const rows = Buffer.alloc((WIDTH * 3 + 1) * HEIGHT);
    for (let y = 0; y < HEIGHT; y += 1)
      this.#pixels.copy(rows, y * (WIDTH * 3 + 1) + 1, y * WIDTH * 3, (y + 1) * WIDTH * 3);
    const head = Buffer.alloc(13);
    head.writeUInt32BE(WIDTH, 0);
    head.writeUInt32BE(HEIGHT, 4);
    head.set([8, 2, 0, 0, 0], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([
      signature,
      chunk("IHDR", head),
      chunk("IDAT", deflateSync(rows)),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  }
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(content.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

function drawSofa(canvas: Canvas, fabric: Colour, wood: Colour): void {
  canvas.rect(90, 150, 300, 80, shade(fabric, 0.9));
  canvas.rect(80, 205, 320, 60, fabric);
  canvas.rect(66, 175, 34, 95, shade(fabric, 0.8));
  canvas.rect(380, 175, 34, 95, shade(fabric, 0.8));
  canvas.rect(239, 205, 3, 58, shade(fabric, 0.7));
  for (const left of [84, 384]) canvas.rect(left, 268, 12, 18, wood);
}

function drawTable(canvas: Canvas, fabric: Colour, wood: Colour): void {
  canvas.rect(70, 180, 340, 18, wood);
  canvas.rect(70, 198, 340, 6, shade(wood, 0.7));
  for (const left of [88, 376]) canvas.rect(left, 204, 16, 92, shade(wood, 0.85));
  canvas.rect(205, 138, 70, 42, fabric);
  canvas.rect(215, 128, 50, 12, shade(fabric, 1.2));
}

function drawShelf(canvas: Canvas, fabric: Colour, wood: Colour): void {
  canvas.rect(140, 60, 200, 220, shade(wood, 0.8));
  for (let row = 0; row < 4; row += 1) {
    canvas.rect(150, 70 + row * 52, 180, 42, shade(wood, 0.5));
    for (let book = 0; book < 7 - row; book += 1) {
      const height = 24 + ((book * 7 + row * 5) % 16);
      canvas.rect(
        156 + book * 22,
        112 + row * 52 - height,
        15,
        height,
        shade(fabric, 0.7 + (((book + row) * 3) % 7) / 10),
      );
    }
  }
}

function drawLampAndChair(canvas: Canvas, fabric: Colour, wood: Colour): void {
  canvas.rect(110, 90, 8, 190, shade(wood, 0.6));
  canvas.rect(76, 60, 76, 46, [238, 206, 140]);
  canvas.rect(92, 276, 44, 8, shade(wood, 0.6));
  canvas.rect(240, 130, 120, 90, shade(fabric, 0.9));
  canvas.rect(232, 210, 136, 40, fabric);
  for (const left of [240, 350]) canvas.rect(left, 250, 10, 38, wood);
}

function shade([red, green, blue]: Colour, light: number): Colour {
  const lit = (channel: number) => Math.max(0, Math.min(255, Math.round(channel * light)));
  return [lit(red), lit(green), lit(blue)];
}

function pick<Item>(items: readonly Item[], n: number): Item {
  return items[n % items.length] as Item;
}
