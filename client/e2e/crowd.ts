import { createPen } from '../../server/bench/load/simulated-pen.ts';
import { connect, inkOf, type TestClient } from '../../server/testing/server.ts';

const names = [
  'Ada',
  'Bo',
  'علی‌رضا',
  'Chloé',
  'Дарина',
  'Emre',
  '👩‍🏫 Frau Klein',
  'Giulia',
  '王小明',
  'Noor',
];

/** Points of one edit: a pen of 60 points a second in edits of 100 ms. */
const pointsPerEdit = 6;

export interface Crowd {
  /** Each person draws this many edits of one digit after the other, at once. */
  draw(edits: number): void;
  /** Another person comes. */
  add(): Promise<void>;
  /** The person who came first leaves. */
  remove(): void;
  close(): void;
}

/** People without a browser who draw in a room. */
export async function gather(
  url: string,
  { room, people }: { room: string; people: number },
): Promise<Crowd> {
  const crowd: { client: TestClient; draw(): void }[] = [];
  let came = 0;

  async function add() {
    const number = came++;
    const { client } = await connect(url, { room, name: names[number % names.length] });
    let digits = number;
    const pen = createPen(() => inkOf(digits++ % 10, 100 * number + digits));
    crowd.push({
      client,
      draw() {
        const edit = pen.draw(pointsPerEdit);
        client.emit('draw', edit);
        if (pen.done()) client.emit('finish', { drawing: edit.drawing }, () => {});
      },
    });
  }
  for (let i = 0; i < people; i++) await add();
  return {
    draw(edits) {
      for (let i = 0; i < edits; i++) for (const person of crowd) person.draw();
    },
    add,
    remove: () => void crowd.shift()?.client.close(),
    close() {
      for (const { client } of crowd) client.close();
    },
  };
}
