/** When what events have made old is asked for again. */

import { distinct, type Key } from "./aged";

/** Milliseconds in which what is told is taken together. */
const TOGETHER_MS = 400;
/** Milliseconds an answer is waited for before it is asked for anew: several times what the longest list takes on a slow line. */
const PATIENCE_MS = 30_000;

export interface Hands {
  /** Ask again for everything under a key; settled once it is answered, or cannot be. */
  ask(key: Key): Promise<void>;
  later(run: () => void, milliseconds: number): number;
  cancel(timer: number): void;
}

/**
 * Each key at most once every 400 ms, and not before the last answer is there: on a slow line a burst of events would
 * otherwise break off every answer for the next, and none would come. What is told meanwhile is asked for after it.
 */
export class AskingAgain {
  private aged: Key[] = [];
  private timer: number | null = null;
  private isStopped = false;
  /** What is being asked, and which of the times it was. */
  private readonly asking = new Map<string, object>();

  constructor(private readonly hands: Hands) {}

  age(keys: readonly Key[]): void {
    this.aged = distinct([...this.aged, ...keys]);
    this.start();
  }

  /** The same after a break: what was asked before it may never be answered, and is not waited for. */
  ageAfterBreak(keys: readonly Key[]): void {
    this.asking.clear();
    this.age(keys);
  }

  stop(): void {
    if (this.timer !== null) this.hands.cancel(this.timer);
    this.timer = null;
    this.isStopped = true;
  }

  private start(): void {
    if (this.aged.some((key) => !this.isAsked(key))) this.timer ??= this.hands.later(() => this.askAll(), TOGETHER_MS);
  }

  private askAll(): void {
    this.timer = null;
    const keys = this.aged;
    this.aged = keys.filter((key) => this.isAsked(key));
    for (const key of keys.filter((one) => !this.isAsked(one))) this.askFor(key);
  }

  private askFor(key: Key): void {
    const name = nameOf(key);
    const time = {};
    this.asking.set(name, time);
    const isOver = (): void => {
      if (this.asking.get(name) !== time) return;
      this.asking.delete(name);
      if (!this.isStopped) this.start();
    };
    const patience = this.hands.later(isOver, PATIENCE_MS);
    void this.hands.ask(key).finally(() => {
      this.hands.cancel(patience);
      isOver();
    });
  }

  private isAsked(key: Key): boolean {
    return this.asking.has(nameOf(key));
  }
}

const nameOf = (key: Key): string => JSON.stringify(key);
