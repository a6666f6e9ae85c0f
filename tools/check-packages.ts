/** Licences that let a business run, change and pass on the program without giving anything away. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "OFL-1.1", // fonts
  "PostgreSQL",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Packages that build or test and are never shipped, with the licence that is accepted for that. */
const ACCEPTED_FOR_BUILDING: ReadonlyMap<string, string> = new Map([
  ["lightningcss", "MPL-2.0"], // inside Vite, used as it is
]);

const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly engines?: { readonly node?: string };
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Every package that is not pinned, not checked by hash or not permissively licensed, as sentences. */
export function findPackageFaults(manifest: Manifest, lock: Lock): string[] {
  const wanted = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  const locked = Object.entries(lock.packages).filter(([path]) => path !== "");
  return [
    ...wanted.flatMap(([name, version]) => versionFaults(name, version, lock)),
    ...locked.flatMap(([path, entry]) => [
      ...originFaults(path, entry),
      ...licenceFaults(path, entry),
      ...engineFaults(path, entry),
    ]),
  ];
}

function versionFaults(name: string, version: string, lock: Lock): string[] {
  if (!EXACT_VERSION.test(version))
    return [`package.json: ${name} is not pinned to one version (${version})`];
  const locked = lock.packages[`node_modules/${name}`]?.version;
  return locked === version ? [] : [`package-lock.json: ${name} is locked at ${locked}, wanted ${version}`];
}

function originFaults(path: string, { integrity, resolved, inBundle }: LockedPackage): string[] {
  if (inBundle === true) return [];
  // Without an address npm asks the registry that it is set to, and the hash holds whichever that is.
  if (resolved !== undefined) return [`${path} names the address it comes from`];
  return integrity?.startsWith("sha512-") === true ? [] : [`${path} has no sha512 in the lock`];
}

/** Node versions that leave 18 out, as packages write them. */
const NEWER_THAN_18 = /(?:>=|\^)\s*(?:19|[2-9]\d)\b/;

/**
 * npm leaves an optional package out where the Node that runs npm is too old for it, although ours runs with the pinned
 * one. For Linux binaries the lock therefore names no engines (docs/decisions/0001).
 */
function engineFaults(path: string, { optional, os, engines }: LockedPackage): string[] {
  const isOurs = optional === true && os?.includes("linux") === true;
  if (!isOurs || engines?.node === undefined || !NEWER_THAN_18.test(engines.node)) return [];
  return [`${path} would be left out by an npm on Node 18: remove its "engines" from package-lock.json`];
}

function licenceFaults(path: string, { license, dev }: LockedPackage): string[] {
  if (license !== undefined && isPermissive(license)) return [];
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const accepted = [...ACCEPTED_FOR_BUILDING].some(
    ([family, licence]) => (name === family || name.startsWith(`${family}-`)) && licence === license,
  );
  return accepted && dev === true ? [] : [`${path} is licensed as ${license ?? "nobody knows"}`];
}

/** Of "(MIT OR GPL-3.0)" one is enough, of "MIT AND ISC" all have to be. */
function isPermissive(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, "");
  return bare
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => PERMISSIVE.has(licence.trim())));
}
