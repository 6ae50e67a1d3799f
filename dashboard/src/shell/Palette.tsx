import { Dialog as Base } from "@base-ui/react/dialog";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { copyText } from "#/ui/Copy";
import { cx } from "#/ui/cx";
import { dialogStyles } from "#/ui/Dialog";
import { toast } from "#/ui/Toasts";
import { setLocal } from "./local";
import { NAV } from "./nav";
import styles from "./Palette.module.css";
import { roleAtLeast, useMe, useProject } from "./session";

interface Command {
  id: string;
  group: string;
  label: string;
  run: () => void;
}

export function Palette({
  open,
  onClose,
  onHelp,
}: {
  open: boolean;
  onClose: () => void;
  onHelp: () => void;
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={dialogStyles.backdrop} />
        <Base.Popup
          className={cx(dialogStyles.popup, dialogStyles.top)}
          aria-label="Command palette"
        >
          <PaletteBody onClose={onClose} onHelp={onHelp} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function PaletteBody({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const commands = useCommands(text, onHelp);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = commands.filter(
    (c) =>
      c.id.startsWith("open:") ||
      words.every((w) => `${c.group} ${c.label}`.toLowerCase().includes(w)),
  );
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const go = (index: number) => {
    const next = (index + shown.length) % Math.max(1, shown.length);
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") go(active + 1);
    else if (event.key === "ArrowUp") go(active - 1);
    else if (event.key === "Enter") run(shown[active]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className={styles.input}
        // biome-ignore lint/a11y/noAutofocus: the palette exists to be typed into
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={shown[active] ? `palette-${active}` : undefined}
        aria-label="Search pages and actions, or paste a trace id"
        placeholder="Search pages and actions, or paste a trace id"
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        spellCheck={false}
      />
      <div ref={list} id="palette-list" role="listbox" aria-label="Results" className={styles.list}>
        {shown.map((command, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
          <div
            key={command.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === active}
            className={styles.option}
            onMouseMove={() => setActive(index)}
            onClick={() => run(command)}
          >
            <span>{command.label}</span>
            <span className={styles.group}>{command.group}</span>
          </div>
        ))}
      </div>
      {shown.length === 0 && <div className={styles.none}>Nothing found for this.</div>}
    </>
  );
}

function useCommands(text: string, onHelp: () => void): Command[] {
  const { projectId, role } = useProject();
  const me = useMe();
  const navigate = useNavigate();
  const router = useRouter();
  return useMemo(() => {
    const params = { project: projectId };
    const pages = NAV.flatMap((g) => g.entries)
      .filter((e) => !e.least || roleAtLeast(role, e.least))
      .map((e) => ({
        id: e.to,
        group: "Go to",
        label: e.label,
        run: () => void navigate({ to: e.to as "/p/$project/traces", params }),
      }));
    const projects = (me?.projects ?? [])
      .filter((p) => p.id !== projectId)
      .map((p) => ({
        id: `project:${p.id}`,
        group: "Project",
        label: p.name,
        run: () => void navigate({ to: "/p/$project/traces", params: { project: p.id } }),
      }));
    const actions: Command[] = [
      {
        id: "theme:light",
        group: "Theme",
        label: "Light",
        run: () => setLocal({ theme: "light" }),
      },
      { id: "theme:dark", group: "Theme", label: "Dark", run: () => setLocal({ theme: "dark" }) },
      {
        id: "theme:system",
        group: "Theme",
        label: "As the system",
        run: () => setLocal({ theme: "system" }),
      },
      {
        id: "rows:compact",
        group: "Rows",
        label: "Compact",
        run: () => setLocal({ density: "compact" }),
      },
      {
        id: "rows:comfortable",
        group: "Rows",
        label: "Comfortable",
        run: () => setLocal({ density: "comfortable" }),
      },
      {
        id: "link",
        group: "Page",
        label: "Copy link",
        run: () => void copyText(window.location.href).then(() => toast("Link copied")),
      },
      { id: "help", group: "Help", label: "Keys and help", run: onHelp },
    ];
    const id = text.trim();
    const direct: Command[] = [];
    if (id !== "" && !id.includes(" ") && id.length <= 200) {
      direct.push({
        id: "open:trace",
        group: "Trace id",
        label: `Open trace ${id}`,
        run: () => void navigate({ to: "/p/$project/trace", params, search: { id } }),
      });
    }
    if (id !== "") {
      direct.push({
        id: "open:search",
        group: "Traces",
        label: `Search traces for “${id}”`,
        run: () =>
          void router.navigate({
            to: "/p/$project/traces",
            params,
            search: { q: id.includes(" ") ? `"${id.replace(/"/g, "")}"` : id },
          }),
      });
    }
    return [...pages, ...projects, ...actions, ...direct];
  }, [projectId, role, me, navigate, router, onHelp, text]);
}
