import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import { contract } from "./contract.ts";
import type { Route } from "./route.ts";

/** What zod says of a schema about itself: what it is, and what it is made of. */
interface Definition {
  readonly type: string;
  readonly catchall?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly options?: readonly z.core.$ZodType[];
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly left?: z.core.$ZodType;
  readonly right?: z.core.$ZodType;
}

/** Objects within a schema that would let an unknown field pass, or drop it in silence, by their place. */
function findLoose(schema: z.core.$ZodType, place: string): string[] {
  const { type, catchall, shape, ...parts } = schema._zod.def as unknown as Definition;
  const within = [
    ...Object.entries(shape ?? {}).map(([key, inner]) => findLoose(inner, `${place}.${key}`)),
    ...(parts.options ?? []).map((inner) => findLoose(inner, place)),
    ...[parts.innerType, parts.element, parts.valueType, parts.in, parts.left, parts.right]
      .filter((inner) => inner !== undefined)
      .map((inner) => findLoose(inner, place)),
  ].flat();
  const isStrict = (catchall?._zod.def as Definition | undefined)?.type === "never";
  return type === "object" && !isStrict ? [place, ...within] : within;
}

test("no body of the API takes a field that it does not know: nobody slips a role into it", () => {
  const routes = Object.entries(contract) as Array<[string, Route]>;
  const bodies = routes.flatMap(([name, { body }]) => (body === undefined ? [] : [{ name, body }]));
  assert.ok(bodies.length > 20);
  assert.deepEqual(
    bodies.flatMap(({ name, body }) => findLoose(body as z.core.$ZodType, name)),
    [],
  );
});
