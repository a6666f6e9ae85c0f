import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import { problem } from "../../contract/problem.ts";
import type { Route } from "../../contract/route.ts";

/** The API's description, OpenAPI 3.1, made from the contract: what it says is what the server parses. */
export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, route] of Object.entries<Route>(contract)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(operationId, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Wardroom", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/api/v1" }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "__Host-wr-session" } },
      schemas: { Problem: schemaOf(problem, "output") },
    },
  };
}

function operationOf(operationId: string, route: Route): object {
  const parameters = [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")];
  return {
    operationId,
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(route.body, "input") } },
          },
        }),
    responses: {
      "200": {
        description: "Done",
        content: { "application/json": { schema: schemaOf(route.ok, "output") } },
      },
      default: {
        description: "Refused",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function parametersOf(schema: z.ZodObject | undefined, place: "path" | "query"): object[] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(field as z.ZodType, undefined).success,
    schema: schemaOf(field as z.ZodType, "input"),
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
  });
  return json;
}
