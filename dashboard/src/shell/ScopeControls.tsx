import { useNavigate, useSearch } from "@tanstack/react-router";
import { Menu as Burger, CalendarClock, Layers } from "lucide-react";
import { useState } from "react";
import { ago, localTime } from "#/format/format";
import { RANGES, type Range } from "#/routes/search";
import { Button, IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import { Form, TextField } from "#/ui/Field";
import { Popover } from "#/ui/Popover";
import { Select } from "#/ui/Select";
import { useTick } from "#/ui/Values";
import { useFeed } from "./liveFeed";
import styles from "./Shell.module.css";
import { RANGE_WORD } from "./scope";
import type { Environment } from "./session";

/** Opens the side bar where the window has no room for it. */
export function MenuButton({ onMenu }: { onMenu: () => void }) {
  return (
    <IconButton label="Menu" className={styles.burger} onClick={onMenu}>
      <Burger size={17} aria-hidden />
    </IconButton>
  );
}

export function ScopeControls({ scoped }: { scoped: boolean }) {
  return (
    <>
      {scoped && (
        <>
          <EnvironmentSelect />
          <RangePicker />
        </>
      )}
      <LiveButton />
    </>
  );
}

const ALL = "ALL";
const ENVIRONMENTS = [
  { value: ALL, label: "All environments" },
  { value: "PRODUCTION", label: "Production" },
  { value: "STAGING", label: "Staging" },
  { value: "DEVELOPMENT", label: "Development" },
] as const;

function EnvironmentSelect() {
  const { env } = useSearch({ from: "/p/$project" });
  const navigate = useNavigate();
  return (
    <Select
      label="Environment"
      icon={<Layers size={14} aria-hidden />}
      value={env ?? ALL}
      options={ENVIRONMENTS}
      onChange={(next) =>
        void navigate({
          to: ".",
          search: (old) => ({ ...old, env: next === ALL ? undefined : (next as Environment) }),
        })
      }
    />
  );
}

function RangePicker() {
  const { range = "24h", from, to } = useSearch({ from: "/p/$project" });
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const chosen = from && to ? `${localTime(from)} – ${localTime(to)}` : RANGE_WORD[range];
  const choose = (next: Range) => {
    setOpen(false);
    void navigate({
      to: ".",
      search: (old) => ({ ...old, range: next, from: undefined, to: undefined }),
    });
  };
  return (
    <Popover
      label="Time range"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button icon={<CalendarClock size={14} aria-hidden />} aria-label={`Time range: ${chosen}`}>
          {chosen}
        </Button>
      }
    >
      <div className={styles.rangeList}>
        {RANGES.map((r) => (
          <Button
            key={r}
            variant="ghost"
            aria-pressed={!from && r === range}
            onClick={() => choose(r)}
          >
            {RANGE_WORD[r]}
          </Button>
        ))}
      </div>
      <OwnRange
        from={from}
        to={to}
        onChoose={(a, b) => {
          setOpen(false);
          void navigate({
            to: ".",
            search: (old) => ({ ...old, range: undefined, from: a, to: b }),
          });
        }}
      />
    </Popover>
  );
}

function OwnRange({
  from,
  to,
  onChoose,
}: {
  from: string | undefined;
  to: string | undefined;
  onChoose: (from: string, to: string) => void;
}) {
  const [start, setStart] = useState(from ? forInput(from) : "");
  const [end, setEnd] = useState(to ? forInput(to) : "");
  const a = new Date(start);
  const b = new Date(end);
  const complete = !Number.isNaN(a.getTime()) && !Number.isNaN(b.getTime());
  const wrong = complete && a >= b;
  return (
    <Form
      label="Own time range"
      onSubmit={() => complete && !wrong && onChoose(a.toISOString(), b.toISOString())}
    >
      <TextField
        label="From"
        type="datetime-local"
        value={start}
        onChange={(e) => setStart(e.target.value)}
      />
      <TextField
        label="To"
        type="datetime-local"
        value={end}
        onChange={(e) => setEnd(e.target.value)}
        error={wrong ? "The end lies before the start." : undefined}
      />
      <Button type="submit" disabled={!complete || wrong}>
        Use this range
      </Button>
    </Form>
  );
}

function forInput(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function LiveButton() {
  const { state, paused, setPaused } = useFeed();
  useTick(state.kind === "lost" ? 5000 : 0);
  const word =
    state.kind === "live"
      ? "live"
      : state.kind === "paused"
        ? "paused"
        : state.kind === "connecting"
          ? "connecting"
          : `lost ${ago(new Date(state.since).toISOString())}`;
  return (
    <button
      type="button"
      className={cx(
        styles.live,
        state.kind === "live" && styles.isLive,
        state.kind === "lost" && styles.isLost,
      )}
      aria-pressed={!paused}
      aria-label={`Live data: ${word}`}
      title={paused ? "Resume live data (l)" : "Pause live data (l)"}
      onClick={() => setPaused(!paused)}
    >
      <span className={styles.dot} aria-hidden />
      <span className={state.kind === "lost" ? undefined : styles.liveWord}>{word}</span>
    </button>
  );
}
