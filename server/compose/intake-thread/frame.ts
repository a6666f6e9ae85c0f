import type { SignedBody } from "../../inbox/ingest/intake.ts";
import type { WorkspaceId } from "../../platform/ids.ts";

/** Whose webhook it is: an app, and the workspaces that hold the secret which signed. */
interface Origin {
  readonly appId: string;
  readonly signers: readonly WorkspaceId[];
}

/**
 * Bodies that came close together, as one message. Their bytes lie in one block, one after the other, that changes hands
 * without a copy, and what goes with each is a number in a column: a message for each body, or an object, costs as much as
 * reading it.
 */
export interface Frame {
  /** Counted from 1. */
  readonly number: number;
  /** What the answer to the first body is called by; the others follow. */
  readonly firstId: number;
  readonly bytes: ArrayBuffer;
  /** Of each body, in bytes. */
  readonly lengths: Uint32Array;
  readonly origins: readonly Origin[];
  /** Of each body, its place in `origins`. */
  readonly originOf: Uint32Array;
}

export function packFrame(number: number, firstId: number, bodies: readonly SignedBody[]): Frame {
  const bytes = new ArrayBuffer(bodies.reduce((sum, { raw }) => sum + raw.length, 0));
  const target = new Uint8Array(bytes);
  const lengths = new Uint32Array(bodies.length);
  const originOf = new Uint32Array(bodies.length);
  const origins = new Map<string, { readonly place: number; readonly origin: Origin }>();
  let offset = 0;
  bodies.forEach(({ appId, signers, raw }, n) => {
    target.set(raw, offset);
    offset += raw.length;
    lengths[n] = raw.length;
    const name = [appId, ...signers].join();
    const known = origins.get(name);
    originOf[n] = known?.place ?? origins.size;
    if (known === undefined)
      origins.set(name, { place: origins.size, origin: { appId, signers: [...signers] } });
  });
  const listed = [...origins.values()].map(({ origin }) => origin);
  return { number, firstId, bytes, lengths, originOf, origins: listed };
}

export function unpackFrame({ bytes, lengths, origins, originOf }: Frame): SignedBody[] {
  const known = origins.map(({ appId, signers }) => ({ appId, signers: new Set(signers) }));
  let offset = 0;
  return Array.from(lengths, (length, n) => {
    const raw = Buffer.from(bytes, offset, length);
    offset += length;
    const origin = known[originOf[n] ?? 0];
    if (origin === undefined) throw new Error("a body of a frame has no origin");
    return { ...origin, raw };
  });
}
