import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english } from "@zxcvbn-ts/language-en";
import type { Judgement, StrengthQuestion } from "./strength.ts";

/**
 * The thread in which passwords are judged: the word lists take a quarter of a second to load and some 200 MB, and one
 * judgement up to half a second, none of which the program's own thread has.
 */
// Its package says that it is a module and is none: Node finds no names in it.
const arabic: typeof import("@zxcvbn-ts/language-ar") = createRequire(import.meta.url)(
  "@zxcvbn-ts/language-ar",
);

/** Surnames are left out: 89,000 words that cost as much memory as all others, and are in the lists of passwords. */
const { "lastnames-en": _, ...words } = english;
const judge = new ZxcvbnFactory({
  dictionary: { ...common, ...words, ...arabic.dictionary },
  graphs: adjacencyGraphs,
});

parentPort?.on("message", ({ id, judged, about }: StrengthQuestion) => {
  const judgement: Judgement = { score: judge.check(judged, [...about]).score };
  parentPort?.postMessage({ id, judgement });
});
