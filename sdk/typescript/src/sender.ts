/**
 * How do events leave the process without the host noticing?
 *
 * A bounded queue and one loop. The host only appends text; compression, network and retries happen
 * later and never keep the process alive by themselves. When the queue is full the oldest event is
 * dropped and counted. Every event carries its own `eventId`, so sending a batch twice is harmless.
 */
import { AsyncResource } from "node:async_hooks";
import { atExit, notAtExit } from "./exit.js";
import { reason, warn } from "./log.js";
import { Queue } from "./queue.js";
import { BATCH_CHARS_MAX, type Delivery, type Transport } from "./transport.js";

export const QUEUE_EVENTS_MAX = 10_000;
const QUEUE_CHARS_MAX = 32 * 1024 * 1024;
const BATCH_EVENTS_MAX = 100;
const BATCH_WAIT_MS = 200;
const RETRY_DELAYS_MS = [200, 400, 800] as const;
const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 30_000;
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Counters since the client was made. `queued` is what waits right now. */
export interface Stats {
  readonly queued: number;
  readonly accepted: number;
  readonly sent: number;
  readonly dropped: number;
  readonly rejected: number;
  readonly truncated: number;
  readonly failedSends: number;
  readonly internalErrors: number;
}

export interface SenderOptions {
  readonly queueSize?: number | undefined;
  /** Awaited once, before the first batch; the sender bounds it by nothing, so it must end. */
  readonly beforeFirstBatch?: () => Promise<void>;
}

/** One batch is under way at a time, so the server sees the events in order. */
export class Sender {
  truncated = 0;
  internalErrors = 0;
  private accepted = 0;
  private sent = 0;
  private dropped = 0;
  private rejected = 0;
  private failedSends = 0;

  private readonly queue = new Queue();
  private readonly queueEventsMax: number;
  private beforeFirstBatch: (() => Promise<void>) | undefined;
  private batch: readonly string[] = [];
  private running = false;
  private closed = false;
  private failing = false;
  private saidFull = false;
  private flushes = 0;
  private longPauseMs = PAUSE_MS_MIN;
  /** Ends the loop's current wait early. */
  private wake: (() => void) | undefined;
  /** Called whenever events were settled. */
  private readonly watchers = new Set<() => void>();
  // The loop runs in the context of the constructor, not in that of whoever adds the first event:
  // else it would hold the host's request and its instrumentation would count our sends to it.
  private readonly context = new AsyncResource("WHYOPS_SENDER", { requireManualDestroy: true });

  constructor(
    private readonly transport: Transport,
    options: SenderOptions = {},
  ) {
    const size = options.queueSize ?? QUEUE_EVENTS_MAX;
    this.queueEventsMax = Number.isFinite(size) ? Math.max(1, Math.trunc(size)) : QUEUE_EVENTS_MAX;
    this.beforeFirstBatch = options.beforeFirstBatch;
  }

  /** Queues one encoded event; never waits. */
  put(event: string): void {
    this.accepted++;
    if (this.closed) {
      this.dropped++;
      return;
    }
    this.queue.push(event);
    if (this.shed() > 0 && !this.saidFull) {
      this.saidFull = true;
      warn("queue_full", "the event queue is full; the oldest events are dropped");
    }
    if (!this.running) this.start();
    else if (this.queue.length === BATCH_EVENTS_MAX) this.wake?.();
  }

  /** Waits until everything queued before the call is settled; `false` when time ran out. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.idle()) return true;
    const target = this.accepted;
    const done = () => this.settled() >= target || this.idle();
    this.flushes++;
    if (this.running) this.wake?.();
    else this.start();
    try {
      return await new Promise<boolean>((resolve) => {
        const watch = () => {
          if (done()) end(true);
        };
        // This timer is what keeps the process alive until the events are away.
        const timer = setTimeout(() => end(done()), Math.min(Math.max(0, timeoutMs), TIMER_MS_MAX));
        const end = (result: boolean) => {
          clearTimeout(timer);
          this.watchers.delete(watch);
          resolve(result);
        };
        this.watchers.add(watch);
      });
    } finally {
      this.flushes--;
    }
  }

  /** Flushes and stops; later events are dropped and counted. Safe to call twice. */
  async close(timeoutMs: number): Promise<boolean> {
    const flushed = await this.flush(timeoutMs);
    this.closed = true;
    this.wake?.();
    if (flushed) this.transport.close();
    return flushed;
  }

  stats(): Stats {
    return {
      queued: this.queue.length + this.batch.length,
      accepted: this.accepted,
      sent: this.sent,
      dropped: this.dropped,
      rejected: this.rejected,
      truncated: this.truncated,
      failedSends: this.failedSends,
      internalErrors: this.internalErrors,
    };
  }

  /** Everything that is not known to be with the server, and whether the server seems to be gone. */
  remaining(): { events: string[]; failing: boolean } {
    return { events: [...this.batch, ...this.queue.toArray()], failing: this.failing };
  }

  private start(): void {
    this.running = true;
    atExit(this, this.transport);
    this.context.runInAsyncScope(() => {
      this.run().catch((error: unknown) => {
        this.internalErrors++;
        warn("sender", `the sender stopped: ${reason(error)}`);
      });
    });
  }

  private async run(): Promise<void> {
    try {
      await this.beforeFirstBatch?.();
      this.beforeFirstBatch = undefined;
      while (this.queue.length > 0) {
        await this.waitForBatch();
        this.takeBatch();
        await this.deliver();
        if (this.closed && this.failing) break;
      }
    } finally {
      this.returnBatch();
      this.running = false;
      // Of a closed sender nobody asks for more; what is left was not deliverable.
      if (this.closed || this.queue.length === 0) notAtExit(this);
      this.notify();
    }
  }

  /** A batch is 100 events, or 200 ms after its first. */
  private async waitForBatch(): Promise<void> {
    const deadline = performance.now() + BATCH_WAIT_MS;
    while (this.queue.length < BATCH_EVENTS_MAX && !this.closed && this.flushes === 0) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      await this.sleep(left);
    }
  }

  private takeBatch(): void {
    const batch: string[] = [];
    let chars = 0;
    while (batch.length < BATCH_EVENTS_MAX) {
      const next = this.queue.peek();
      if (next === undefined) break;
      chars += next.length;
      if (batch.length > 0 && chars > BATCH_CHARS_MAX) break;
      this.queue.shift();
      batch.push(next);
    }
    this.batch = batch;
  }

  /** One batch: a first try and three more, then back into the queue and a longer pause. */
  private async deliver(): Promise<void> {
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      const delivery = await this.transport.send(this.batch);
      this.count(delivery);
      if (!this.failing) {
        this.saidFull = false;
        this.longPauseMs = PAUSE_MS_MIN;
        return;
      }
      if (delayMs !== undefined && !this.closed) {
        await this.pause(delayMs, delivery.retryAfterMs);
        continue;
      }
      warn("unreachable", `cannot deliver events (${delivery.problem}); they are kept`);
      this.returnBatch();
      await this.pause(this.longPauseMs, delivery.retryAfterMs);
      this.longPauseMs = Math.min(this.longPauseMs * 2, PAUSE_MS_MAX);
      return;
    }
  }

  private count(delivery: Delivery): void {
    this.sent += delivery.sent;
    this.rejected += delivery.rejected;
    this.batch = delivery.unsent;
    this.failing = delivery.unsent.length > 0;
    if (this.failing) this.failedSends++;
    if (delivery.rejected > 0) {
      warn("rejected", `${delivery.rejected} events refused: ${delivery.problem}`);
    }
    this.notify();
  }

  /** Sleeps with jitter; a server's `Retry-After` counts, and closing cuts it short. */
  private async pause(ms: number, retryAfterMs: number | undefined): Promise<void> {
    const wait = Math.max(ms * (0.5 + Math.random() / 2), retryAfterMs ?? 0);
    const deadline = performance.now() + wait;
    const flushes = this.flushes;
    while (!this.closed) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      // Somebody waits: try now instead of after the long pause.
      if (this.flushes > flushes && retryAfterMs === undefined && ms >= PAUSE_MS_MIN) return;
      await this.sleep(left);
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, TIMER_MS_MAX));
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Puts what could not be sent back in front, then makes room as for any event. */
  private returnBatch(): void {
    if (this.batch.length === 0) return;
    this.queue.unshift(this.batch);
    this.batch = [];
    this.shed();
  }

  private shed(): number {
    let dropped = 0;
    while (this.queue.length > this.queueEventsMax || this.queue.chars > QUEUE_CHARS_MAX) {
      this.queue.shift();
      dropped++;
    }
    this.dropped += dropped;
    return dropped;
  }

  private settled(): number {
    return this.sent + this.dropped + this.rejected;
  }

  private idle(): boolean {
    return this.queue.length === 0 && this.batch.length === 0;
  }

  private notify(): void {
    for (const watch of [...this.watchers]) watch();
  }
}
