/** What a reference server is told, and that it listens. */
export interface ReferenceOrder {
  readonly certificate: string;
  readonly key: string;
  readonly appSecret: string;
  /** A database of its own, where the reference keeps something. */
  readonly databaseUrl: string;
}

export type ReferenceReport = { readonly kind: "ready"; readonly port: number };
