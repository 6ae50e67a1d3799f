import {
  Bot,
  KeyRound,
  ListTree,
  type LucideIcon,
  MessagesSquare,
  Plug,
  Rocket,
  UserRound,
} from "lucide-react";
import type { Role } from "./session";

export interface NavEntry {
  to: `/p/$project/${string}`;
  label: string;
  icon: LucideIcon;
  least?: Role;
  /** Whether environment and time range change what the page shows. */
  scoped?: boolean;
}

export const NAV: readonly { name: string; entries: readonly NavEntry[] }[] = [
  {
    name: "Observe",
    entries: [
      { to: "/p/$project/traces", label: "Traces", icon: ListTree, scoped: true },
      { to: "/p/$project/threads", label: "Threads", icon: MessagesSquare, scoped: true },
      { to: "/p/$project/users", label: "Users", icon: UserRound, scoped: true },
      { to: "/p/$project/agents", label: "Agents", icon: Bot, scoped: true },
    ],
  },
  {
    name: "Connect",
    entries: [
      { to: "/p/$project/connect", label: "Get started", icon: Rocket },
      { to: "/p/$project/providers", label: "Providers", icon: Plug },
      { to: "/p/$project/keys", label: "API keys", icon: KeyRound },
    ],
  },
];

const SCOPED = /^\/p\/[^/]+\/(traces|threads|users|agents|agent|analytics|user)\/?$/;

export const isScoped = (path: string): boolean => SCOPED.test(path);
