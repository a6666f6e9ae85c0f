import {
  IconAddressBook,
  IconBuilding,
  IconBuildingStore,
  IconChartBar,
  IconDeviceMobile,
  IconInbox,
  IconNetwork,
  IconReceipt,
  IconShieldLock,
  IconShieldQuestion,
  IconStack2,
  IconTemplate,
  IconUserCircle,
  IconUsers,
} from "@tabler/icons-react";

export const INBOX_SECTIONS = [
  { view: "mine", text: "shell.mine", icon: IconInbox },
  { view: "unassigned", text: "shell.unassigned", icon: IconUserCircle },
  { view: "all", text: "shell.all", icon: IconStack2 },
] as const;

/** The pages of the workspace that exist, each with the permission that shows it. */
export const WORKSPACE_SECTIONS = [
  { to: "/contacts", text: "shell.contacts", icon: IconAddressBook, permission: undefined },
  { to: "/templates", text: "shell.templates", icon: IconTemplate, permission: undefined },
  { to: "/numbers", text: "shell.numbers", icon: IconDeviceMobile, permission: undefined },
  { to: "/members", text: "shell.members", icon: IconUsers, permission: undefined },
  { to: "/performance", text: "shell.performance", icon: IconChartBar, permission: "metrics.read" },
  { to: "/quarantine", text: "shell.quarantine", icon: IconShieldQuestion, permission: "quarantine.read" },
  { to: "/security", text: "shell.security", icon: IconShieldLock, permission: "policy.read" },
  { to: "/networks", text: "shell.networks", icon: IconNetwork, permission: "network_rule.read" },
  { to: "/billing", text: "shell.billing", icon: IconReceipt, permission: "billing.read" },
  {
    to: "/workspace",
    text: "shell.workspaceSettings",
    icon: IconBuildingStore,
    permission: "workspace.cancel_deletion",
  },
  { to: "/single-sign-on", text: "shell.sso", icon: IconBuilding, permission: "sso.read" },
] as const;
