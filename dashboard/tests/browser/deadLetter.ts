/** A frame of events as the journal keeps it, laid where the store lays what it would not take. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The server's folder of such frames; without it there is none to test with. */
export const deadLetterFolder = process.env.WHYOPS_TEST_DEAD_LETTER;

const VERSION = 2;
const NONE = 0;
const FIRST = 0;
let sequence = 1;

/** Buries what a user said in a trace of the project. */
export function bury(project: string, traceId: string, said: string): void {
  const at = Date.now() * 1000;
  const name = `${String(sequence++).padStart(20, "0")}.EVENTS`;
  const frame = Buffer.concat([
    ...[VERSION, at, 1, NONE].map(number),
    crypto.getRandomValues(Buffer.alloc(16)),
    number(FIRST), // the type: user_message
    text(project),
    number(FIRST), // the environment
    number(FIRST), // the source
    ...["buried", traceId, traceId, `${traceId}-span`].map(text),
    ...[NONE, NONE, NONE, NONE].map(number),
    ...[at, NONE].map(number),
    ...Array.from({ length: 7 }, () => number(NONE)),
    text("ok"),
    ...Array.from({ length: 6 }, () => number(NONE)),
    text(JSON.stringify(said)),
    text("{}"),
  ]);
  writeFileSync(join(deadLetterFolder ?? "", `${name}.reason`), "refused by the store: a test");
  writeFileSync(join(deadLetterFolder ?? "", name), frame);
}

/** A number that is not negative, as the journal writes it: zig-zag, seven bits a byte. */
function number(value: number): Buffer {
  return unsigned(2n * BigInt(value));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([unsigned(BigInt(bytes.length + 1)), bytes]);
}

function unsigned(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
