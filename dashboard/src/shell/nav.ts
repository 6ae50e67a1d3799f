import {
  BellOff,
  Bot,
  ChartLine,
  DatabaseZap,
  KeyRound,
  ListTree,
  type LucideIcon,
  MessagesSquare,
  Plug,
  Rocket,
  Settings,
  UserRound,
  Users,
} from "lucide-react";
import type { Role } from "./session";

export interface NavEntry {
  to: `/p/$project/${string}`;
  label: string;
  icon: LucideIcon;
  least?: Role;
}

export const NAV: readonly { name: string; entries: readonly NavEntry[] }[] = [
  {
    name: "Observe",
    entries: [
      { to: "/p/$project/traces", label: "Traces", icon: ListTree },
      { to: "/p/$project/threads", label: "Threads", icon: MessagesSquare },
      { to: "/p/$project/users", label: "Users", icon: UserRound },
      { to: "/p/$project/agents", label: "Agents", icon: Bot },
      { to: "/p/$project/analytics", label: "Analytics", icon: ChartLine },
    ],
  },
  {
    name: "Connect",
    entries: [
      { to: "/p/$project/connect", label: "Get started", icon: Rocket },
      { to: "/p/$project/providers", label: "Providers", icon: Plug },
      { to: "/p/$project/keys", label: "API keys", icon: KeyRound },
      { to: "/p/$project/ingestion", label: "Ingestion", icon: DatabaseZap },
    ],
  },
  {
    name: "Project",
    entries: [
      { to: "/p/$project/members", label: "Members", icon: Users },
      { to: "/p/$project/suppressions", label: "Suppressions", icon: BellOff },
      { to: "/p/$project/settings", label: "Settings", icon: Settings },
    ],
  },
];

const SCOPED = /^\/p\/[^/]+\/(traces|threads|users|agents|agent|analytics)\/?$/;

/** Whether environment and time range change what the page of a path shows. */
export const isScoped = (path: string): boolean => SCOPED.test(path);
