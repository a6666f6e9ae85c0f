import { z } from "zod";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { GraphClient } from "../graph-client.ts";
import { asRefusal, parseAnswer } from "../numbers/inspect-number.ts";
import { getNumberAccess, type NumberAccess } from "../numbers/number-access.ts";
import type { NumbersRoom } from "../numbers/numbers-room.ts";
import { listTemplates, type TemplateList } from "./list-templates.ts";
import { type ListedTemplate, replaceTemplates } from "./template-store.ts";

const PAGE_SIZE = 100;

/** Pages read at most. Ours: 6,000 templates are Meta's largest allowance; a cursor that leads in circles ends here. */
const MAX_PAGES = 100;

const FIELDS = "id,name,language,status,category,parameter_format,components,quality_score";

const page = z.object({
  data: z.array(
    z.looseObject({
      id: z.coerce.string(),
      name: z.string(),
      language: z.string(),
      status: z.string(),
      category: z.string(),
      parameter_format: z.string().optional(),
      components: z.array(z.looseObject({ type: z.string() })).default([]),
      quality_score: z.looseObject({ score: z.string().optional() }).nullish().catch(undefined),
    }),
  ),
  paging: z
    .looseObject({
      cursors: z.looseObject({ after: z.string().optional() }).optional(),
      next: z.string().optional(),
    })
    .optional(),
});

/**
 * Reads the templates of a number's account from its host and makes ours the same. All pages or nothing: half a list
 * would delete the rest. Refuses as `getNumberAccess` and `asRefusal` do.
 */
export async function synchroniseTemplates(
  room: Pick<NumbersRoom, "db" | "vault" | "audit" | "clock" | "graph" | "hosts">,
  { workspaceId, numberId, actor }: { workspaceId: WorkspaceId; numberId: string; actor: string },
): Promise<TemplateList> {
  const vault = await room.vault.openWorkspace(workspaceId);
  const access = await inWorkspace(room.db, workspaceId, (tx) =>
    getNumberAccess(narrow(tx), vault, room.hosts, numberId),
  );
  // Taken before the list: a change at Meta during the reading is newer than what was read.
  const now = room.clock();
  const listed = await readAll(room.graph, access, actor).catch((error: unknown) => {
    throw asRefusal(error);
  });
  return inWorkspace(room.db, workspaceId, async (tx) => {
    const counts = await replaceTemplates(narrow(tx), vault, { wabaId: access.wabaId, listed, now });
    await room.audit.append(narrow(tx), workspaceId, [
      {
        occurredAt: now,
        kind: "template.synchronised",
        actor,
        subject: `number:${numberId}`,
        outcome: "success",
        detail: counts,
      },
    ]);
    return listTemplates(narrow(tx), vault, numberId);
  });
}

async function readAll(graph: GraphClient, access: NumberAccess, actor: string): Promise<ListedTemplate[]> {
  const listed: ListedTemplate[] = [];
  let after: string | undefined;
  for (let read = 0; read < MAX_PAGES; read++) {
    const answer = await graph.call(access, {
      method: "GET",
      path: "/{waba}/message_templates",
      ids: { waba: access.wabaId },
      query: { fields: FIELDS, limit: String(PAGE_SIZE), ...(after === undefined ? {} : { after }) },
      actor,
    });
    const { data, paging } = parseAnswer(page, answer);
    listed.push(...data.map(listedTemplate));
    // By cursor: `next` is a whole address, and where a token goes is never for an answer to say.
    after = paging?.cursors?.after;
    if (after === undefined || paging?.next === undefined) return listed;
  }
  throw new Error("a list of templates without end");
}

function listedTemplate(template: z.output<typeof page>["data"][number]): ListedTemplate {
  return {
    metaId: template.id,
    name: template.name,
    language: template.language,
    category: template.category,
    status: template.status,
    quality: template.quality_score?.score ?? null,
    parameterFormat: template.parameter_format?.toUpperCase() === "NAMED" ? "NAMED" : "POSITIONAL",
    components: template.components,
  };
}
