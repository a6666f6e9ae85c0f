import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ZodError } from "zod";
import type { FaultRule } from "./fault.ts";
import { FaultBook } from "./fault-book.ts";

const occasion = { targets: ["customer", "number", "account"], operation: "send" } as const;
const REFUSE = { kind: "refuse", code: 1 } as const;

/** Which of so many occasions are struck, counted from 1. */
function struckOf(book: FaultBook, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter(
    () => book.take(["refuse"], occasion) !== undefined,
  );
}

function bookWith(...rules: FaultRule[]): FaultBook {
  const book = new FaultBook("seed");
  for (const rule of rules) book.add(rule);
  return book;
}

test("a rule strikes always, or after some, or each so-manieth, or so often, and all of these together", () => {
  const strikes = (when: NonNullable<FaultRule["when"]>) => struckOf(bookWith({ fault: REFUSE, when }), 8);
  assert.deepEqual(strikes({}), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(strikes({ times: 2 }), [1, 2]);
  assert.deepEqual(strikes({ skip: 5 }), [6, 7, 8]);
  assert.deepEqual(strikes({ every: 3 }), [3, 6]);
  assert.deepEqual(strikes({ skip: 1, every: 3 }), [4, 7]);
  assert.deepEqual(strikes({ skip: 1, every: 2, times: 2 }), [3, 5]);
  assert.deepEqual([strikes({ probability: 0 }), strikes({ probability: 1 }).length], [[], 8]);
});

test("chance comes from the seed: the same one strikes the same, another one others, about as often as it should", () => {
  const draws = (seed: string) => {
    const book = new FaultBook(seed);
    book.add({ fault: REFUSE, when: { probability: 0.1 } });
    return struckOf(book, 5_000);
  };
  assert.deepEqual(draws("one"), draws("one"));
  assert.notDeepEqual(draws("one"), draws("two"));
  assert.ok(draws("one").length > 400 && draws("one").length < 600, String(draws("one").length));
});

test("the draws of one rule do not depend on what other rules do", () => {
  const rule: FaultRule = { fault: REFUSE, when: { probability: 0.5 } };
  const alone = bookWith(rule);
  const beside = bookWith(rule, { fault: { kind: "answer_delay", ms: 1 }, when: { probability: 0.5 } });
  const drawn = [alone, beside].map((book) =>
    Array.from({ length: 50 }, () => {
      book.takeAll(["answer_delay"], occasion);
      return book.take(["refuse"], occasion) !== undefined;
    }),
  );
  assert.deepEqual(drawn[0], drawn[1]);
});

test("the nearest target goes first, then the newest rule, and a rule for others never strikes", () => {
  const code = (value: number, target?: string): FaultRule => ({
    fault: { kind: "refuse", code: value },
    ...(target === undefined ? {} : { target }),
    when: { times: 1 },
  });
  const book = bookWith(
    code(1, "customer"),
    code(2),
    code(3, "account"),
    code(4, "number"),
    code(5, "number"),
    code(6, "another"),
  );
  const codes = Array.from({ length: 6 }, () => book.take(["refuse"], occasion)?.fault.code);
  assert.deepEqual(codes, [1, 5, 4, 3, 2, undefined]);
  assert.deepEqual(
    book.list().map(({ seen, struck }) => [seen, struck]),
    [
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
  );
});

test("a rule bends sending only, unless it names its calls", () => {
  const book = bookWith({ fault: REFUSE }, { fault: { kind: "refuse", code: 2 }, operations: ["templates"] });
  const code = (operation: "send" | "templates" | "account") =>
    book.take(["refuse"], { targets: [], operation })?.fault.code;
  assert.deepEqual([code("send"), code("templates"), code("account")], [1, 2, undefined]);
});

test("a rule ends after its time, by its id, by its target, and with all the others", async () => {
  const book = new FaultBook("seed");
  const short = book.add({ fault: REFUSE, when: { forMs: 20 } });
  assert.notEqual(book.find(short), undefined);
  await sleep(40);
  assert.deepEqual([book.find(short), book.remove(short)], [undefined, false]);
  const ids = ["a", "b", "b"].map((target) => book.add({ target, fault: REFUSE }));
  assert.equal(book.remove(ids[1] ?? ""), true);
  book.clear("a");
  assert.deepEqual(
    book.list().map(({ id }) => id),
    [ids[2]],
  );
  book.clear();
  assert.deepEqual(book.list(), []);
});

test("a rule that is none is refused, and nothing is in force then", () => {
  const book = new FaultBook("seed");
  const wrong: object[] = [
    {},
    { fault: { kind: "nonsense" } },
    { fault: { kind: "refuse" } },
    { fault: { kind: "refuse", code: 1, extra: true } },
    { fault: REFUSE, when: { times: 0 } },
    { fault: REFUSE, when: { probability: 1.1 } },
    { fault: REFUSE, when: { never: true } },
    { fault: REFUSE, operations: ["everything"] },
    { fault: { kind: "batch", size: 1_001 } },
    { fault: { kind: "cut_connection", stage: "accept" }, target: "number" },
  ];
  for (const rule of wrong) assert.throws(() => book.add(rule as FaultRule), ZodError, JSON.stringify(rule));
  assert.deepEqual(book.list(), []);
});
