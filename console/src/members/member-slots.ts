import type { ComponentType } from "react";
import type { Member } from "../../../contract/members.ts";
import { OwnershipSection } from "./ownership-section.tsx";
import { TeamsSection } from "./teams-section.tsx";

/** What a part of a member's page is given. It shows nothing (null) to those who may not see it. */
export interface MemberSectionProps {
  readonly member: Member;
}

/**
 * The parts of a member's page below the head, in their order. A feature adds its own here: a `Section` with a `Card`,
 * which asks `useMay()` for itself.
 */
export const MEMBER_SECTIONS: ReadonlyArray<ComponentType<MemberSectionProps>> = [
  TeamsSection,
  OwnershipSection,
];
