import type { Role } from "#/shell/session";

export const ROLES = [
  { value: "viewer", label: "Viewer", note: "reads" },
  { value: "member", label: "Member", note: "also makes keys" },
  { value: "admin", label: "Admin", note: "also providers, members, settings, deletion" },
  { value: "owner", label: "Owner", note: "also owners and the project itself" },
] as const;

export const ROLE_WORD = Object.fromEntries(ROLES.map((r) => [r.value, r.label])) as Record<
  Role,
  string
>;
