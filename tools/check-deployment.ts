/**
 * What a Dockerfile, a compose file and a systemd unit of ours must say, as far as a text can be read without the
 * programs that run them: neither docker nor hadolint is asked.
 */
const RULES: ReadonlyMap<string, readonly Rule[]> = new Map([
  [
    "Dockerfile",
    [
      must("pin its base image by name and version", /^FROM [a-z./-]+:[\w.-]+/m),
      mustNot("use the moving tag :latest", /^FROM .*:latest/m),
      must("end as an ordinary user", /^USER (?!root|0\b)\S+/m),
      must("install from the lock", /\bnpm ci\b/),
      mustNot("install past the lock", /\bnpm (?:i|install)\b/),
      must("leave what only builds behind", /--omit=dev/),
      must("run no install scripts", /--ignore-scripts/),
      must("say how its health is asked", /^HEALTHCHECK /m),
      must("start in the form that passes signals on", /^(?:CMD|ENTRYPOINT) \[/m),
      mustNot("carry a secret", /^(?:ARG|ENV) \w*(?:PASSWORD|SECRET|TOKEN|KEY)\b\S*=\S/im),
      mustNot("add files from the network", /^ADD https?:/m),
    ],
  ],
  [
    "compose.yaml",
    [
      mustNot("be indented with tabs", /^\t/m),
      must("name PostgreSQL 17", /image: postgres:17/),
      must("drop all capabilities", /cap_drop:\s*(?:\[\s*ALL\s*\]|\n\s*- ALL)/),
      must("gain no new privileges", /no-new-privileges:true/),
      must("wait for a healthy database", /condition: service_healthy/),
      must("keep data in a volume", /^volumes:/m),
      mustNot("mount the socket of Docker", /docker\.sock/),
      mustNot("be privileged", /privileged: true/),
      mustNot("open the database to the network", /["']?5432:5432/),
    ],
  ],
  [
    "deploy/wardroom.service",
    [
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "ProtectHome=yes",
      "PrivateTmp=yes",
      "PrivateDevices=yes",
      "ProtectKernelTunables=yes",
      "ProtectControlGroups=yes",
      "RestrictSUIDSGID=yes",
      "LockPersonality=yes",
      "CapabilityBoundingSet=",
      "StateDirectory=wardroom",
      "UMask=0077",
    ].map((line) => must(`say ${line}`, new RegExp(`^${line}$`, "m"))),
  ],
]);

interface Rule {
  readonly sentence: string;
  isKept(text: string): boolean;
}

function must(what: string, pattern: RegExp): Rule {
  return { sentence: `must ${what}`, isKept: (text) => pattern.test(text) };
}

function mustNot(what: string, pattern: RegExp): Rule {
  return { sentence: `must not ${what}`, isKept: (text) => !pattern.test(text) };
}

export const DEPLOYMENT_FILES: readonly string[] = [...RULES.keys()];

/** Every rule that the file breaks, as sentences. */
export function findDeploymentFaults(path: string, text: string): string[] {
  const rules = RULES.get(path);
  if (rules === undefined) throw new Error(`there are no rules for ${path}`);
  return rules.filter((rule) => !rule.isKept(text)).map(({ sentence }) => `${path} ${sentence}`);
}
