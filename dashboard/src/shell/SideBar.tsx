import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  Check,
  ChevronsUpDown,
  CircleHelp,
  LogOut,
  Monitor,
  Moon,
  Plus,
  Rows2,
  Rows3,
  Search,
  Sun,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { apiFor, done } from "#/api/client";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#/ui/Menu";
import { toastProblem } from "#/ui/Toasts";
import { setLocal, useLocal } from "./local";
import { NAV } from "./nav";
import styles from "./Shell.module.css";
import { roleAtLeast, useMe, useProject } from "./session";

const NewProjectDialog = lazy(() =>
  import("./NewProjectDialog").then((m) => ({ default: m.NewProjectDialog })),
);

export function SideBar({
  onPalette,
  onHelp,
  onLeave,
  open,
}: {
  onPalette: () => void;
  onHelp: () => void;
  onLeave: () => void;
  open: boolean;
}) {
  const { projectId, role } = useProject();
  return (
    <aside className={styles.side} data-open={open} aria-label="Main">
      <div className={styles.brand}>
        <ProjectSwitcher />
      </div>
      <button type="button" className={styles.search} onClick={onPalette}>
        <Search size={14} aria-hidden /> Search <kbd>⌘K</kbd>
      </button>
      <nav className={styles.nav} aria-label="Pages">
        {NAV.map((group) => (
          <div key={group.name} className={styles.group}>
            <div className={styles.groupName}>{group.name}</div>
            {group.entries
              .filter((e) => !e.least || roleAtLeast(role, e.least))
              .map((entry) => (
                <Link
                  key={entry.to}
                  to={entry.to as "/p/$project/traces"}
                  params={{ project: projectId }}
                  search={(old) => ({ env: old.env, range: old.range, from: old.from, to: old.to })}
                  activeOptions={{ includeSearch: false }}
                  className={styles.link}
                  onClick={onLeave}
                >
                  <entry.icon size={16} strokeWidth={1.75} aria-hidden />
                  {entry.label}
                </Link>
              ))}
          </div>
        ))}
      </nav>
      <div className={styles.foot}>
        <PersonMenu />
        <IconButton label="Keys and help" onClick={onHelp}>
          <CircleHelp size={16} aria-hidden />
        </IconButton>
      </div>
    </aside>
  );
}

function ProjectSwitcher() {
  const { projectId, name } = useProject();
  const me = useMe();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            className={styles.projectButton}
            aria-label={`Project ${name}. Switch project`}
          >
            <Mark />
            <span>
              <SafeText text={name} />
            </span>
            <ChevronsUpDown size={14} aria-hidden className={styles.chevron} />
          </button>
        }
      >
        <MenuLabel>Projects</MenuLabel>
        {me?.projects.map((project) => (
          <MenuItem
            key={project.id}
            onSelect={() =>
              void navigate({ to: "/p/$project/traces", params: { project: project.id } })
            }
          >
            <SafeText text={project.name} />{" "}
            {project.id === projectId && <Check size={13} aria-label="current" />}
          </MenuItem>
        ))}
        {me?.user && (
          <>
            <MenuLine />
            <MenuItem icon={<Plus size={15} aria-hidden />} onSelect={() => setCreating(true)}>
              New project
            </MenuItem>
          </>
        )}
      </Menu>
      <Suspense>
        {creating && <NewProjectDialog open onClose={() => setCreating(false)} />}
      </Suspense>
    </>
  );
}

function PersonMenu() {
  const me = useMe();
  const { theme, density } = useLocal();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const person = me?.user?.name || me?.user?.email || "API key";
  const leave = async () => {
    try {
      await done(apiFor("").POST("/api/auth/logout"));
      queries.clear();
      await navigate({ to: "/login" });
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={styles.person}>
          <span className={styles.initial} aria-hidden>
            {[...person][0]?.toUpperCase()}
          </span>
          <span>
            <SafeText text={person} />
            <span className="visually-hidden">, account and appearance</span>
          </span>
        </button>
      }
    >
      <MenuLabel>Theme</MenuLabel>
      <MenuItem
        icon={<Monitor size={15} aria-hidden />}
        onSelect={() => setLocal({ theme: "system" })}
      >
        As the system {theme === "system" && <Check size={13} aria-label="chosen" />}
      </MenuItem>
      <MenuItem icon={<Sun size={15} aria-hidden />} onSelect={() => setLocal({ theme: "light" })}>
        Light {theme === "light" && <Check size={13} aria-label="chosen" />}
      </MenuItem>
      <MenuItem icon={<Moon size={15} aria-hidden />} onSelect={() => setLocal({ theme: "dark" })}>
        Dark {theme === "dark" && <Check size={13} aria-label="chosen" />}
      </MenuItem>
      <MenuLabel>Rows</MenuLabel>
      <MenuItem
        icon={<Rows2 size={15} aria-hidden />}
        onSelect={() => setLocal({ density: "comfortable" })}
      >
        Comfortable {density === "comfortable" && <Check size={13} aria-label="chosen" />}
      </MenuItem>
      <MenuItem
        icon={<Rows3 size={15} aria-hidden />}
        onSelect={() => setLocal({ density: "compact" })}
      >
        Compact {density === "compact" && <Check size={13} aria-label="chosen" />}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<LogOut size={15} aria-hidden />} onSelect={() => void leave()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg className={styles.mark} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path
        d="M7 9l5 14 4-11 4 11 5-14"
        fill="none"
        stroke="var(--bg)"
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
