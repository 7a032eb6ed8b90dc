import { describe, expect, it } from "vitest";
import type { Key } from "@/lib/events/aged";
import { AskingAgain } from "@/lib/events/asking-again";

/** A line whose answers come when the test says so, and whose time passes when it says so. */
class Line {
  readonly asked: string[] = [];
  private readonly open: (() => void)[] = [];
  private readonly due = new Map<number, { run: () => void; at: number }>();
  private now = 0;
  private timers = 0;
  readonly again = new AskingAgain({
    ask: (key: Key) => {
      this.asked.push(key.join(" "));
      return new Promise((answer) => this.open.push(answer));
    },
    later: (run, milliseconds) => {
      this.timers += 1;
      this.due.set(this.timers, { run, at: this.now + milliseconds });
      return this.timers;
    },
    cancel: (timer) => this.due.delete(timer),
  });

  pass(milliseconds = 500): void {
    this.now += milliseconds;
    for (const [timer, { run, at }] of [...this.due]) {
      if (at > this.now) continue;
      this.due.delete(timer);
      run();
    }
  }

  /** The answer to the n-th that was asked. */
  async answer(index: number): Promise<void> {
    this.open[index]?.();
    await new Promise((next) => setTimeout(next, 0));
  }
}

describe("asking again", () => {
  it("asks once for what many events make old", () => {
    const line = new Line();
    for (let count = 0; count < 50; count += 1) line.again.age([["clock"], ["campaign", "a"]]);
    line.pass();
    expect(line.asked).toEqual(["clock", "campaign a"]);
  });

  it("breaks no answer off for the next, and asks once more after it", async () => {
    const line = new Line();
    line.again.age([["clock"]]);
    line.pass();
    for (let count = 0; count < 5; count += 1) {
      line.again.age([["clock"]]);
      line.pass();
    }
    expect(line.asked).toEqual(["clock"]);
    await line.answer(0);
    line.pass();
    expect(line.asked).toEqual(["clock", "clock"]);
    await line.answer(1);
    line.pass();
    expect(line.asked).toHaveLength(2);
  });

  it("lets what is answered slowly hold up nothing else", () => {
    const line = new Line();
    line.again.age([["lessons"]]);
    line.pass();
    line.again.age([["lessons"], ["clock"]]);
    line.pass();
    expect(line.asked).toEqual(["lessons", "clock"]);
  });

  it("does not wait for ever", () => {
    const line = new Line();
    line.again.age([["clock"]]);
    line.pass();
    line.again.age([["clock"]]);
    line.pass(60_000);
    line.pass();
    expect(line.asked).toEqual(["clock", "clock"]);
  });

  it("waits after a break for no answer that was asked for before it", async () => {
    const line = new Line();
    line.again.age([["clock"]]);
    line.pass();
    line.again.ageAfterBreak([["clock"]]);
    line.pass();
    expect(line.asked).toEqual(["clock", "clock"]);
    // The first comes late: the second is still on its way, and is not broken off.
    await line.answer(0);
    line.again.age([["clock"]]);
    line.pass();
    expect(line.asked).toHaveLength(2);
  });

  it("asks for nothing once the page is closed", async () => {
    const line = new Line();
    line.again.age([["clock"]]);
    line.pass();
    line.again.age([["clock"]]);
    line.again.stop();
    await line.answer(0);
    line.pass();
    expect(line.asked).toEqual(["clock"]);
  });
});
