import type { Answer, TestSession } from "./test-session.ts";

/** A company directory's client: SCIM calls with a token, without cookies or an Origin. */
export class Directory {
  readonly #session: TestSession;
  readonly #token: string;

  constructor(session: TestSession, token: string) {
    this.#session = session;
    this.#token = token;
  }

  async call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.#session.call(method, `/scim/v2${path}`, body, {
      authorization: `Bearer ${this.#token}`,
      "content-type": "application/scim+json",
      origin: undefined as unknown as string,
      ...headers,
    });
    return answer;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
  async ok(method: string, path: string, body?: object): Promise<any> {
    const answer = await this.call(method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
  make(name: string, more: object = {}): Promise<any> {
    return this.ok("POST", "/Users", userOf(name, more));
  }
}

export function userOf(name: string, more: object = {}): object {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: `${name}@marsahome.example`,
    externalId: `object-${name}`,
    displayName: `${name} of the directory`,
    name: { givenName: name, familyName: "Directory" },
    emails: [{ value: `${name}@marsahome.example`, type: "work", primary: true }],
    active: true,
    ...more,
  };
}

export function patchOf(...operations: object[]): object {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: operations };
}
