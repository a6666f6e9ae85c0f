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
const REGISTRY = "https://registry.npmjs.org/";

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
    ...locked.flatMap(([path, entry]) => [...originFaults(path, entry), ...licenceFaults(path, entry)]),
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
  // Without an address npm asks the registry it is set to; the hash holds either way.
  if (resolved !== undefined && !resolved.startsWith(REGISTRY))
    return [`${path} does not come from ${REGISTRY}`];
  return integrity?.startsWith("sha512-") === true ? [] : [`${path} has no sha512 in the lock`];
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
