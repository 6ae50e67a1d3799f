import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { body, type Schemas } from "#/api/client";
import { useMay, useProject } from "#/shell/session";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Facts, Page, Panel } from "#/ui/Page";
import { Tabs } from "#/ui/Tabs";
import { PasswordPanel } from "./PasswordPanel";
import { PricesPanel } from "./PricesPanel";
import { DangerPanel, NamePanel } from "./ProjectPanels";
import { RecordingForm } from "./RecordingForm";
import styles from "./Settings.module.css";
import { ThresholdsPanel } from "./ThresholdsPanel";

type Settings = Schemas["Settings"];

const TABS = [
  { value: "project", label: "Project" },
  { value: "prices", label: "Prices" },
  { value: "findings", label: "Findings" },
  { value: "you", label: "You" },
] as const;

type Tab = (typeof TABS)[number]["value"];

export function SettingsPage() {
  const search = useSearch({ from: "/p/$project/settings" });
  const navigate = useNavigate({ from: "/p/$project/settings" });
  const tab: Tab = TABS.find((t) => t.value === search.tab)?.value ?? "project";
  return (
    <Page title="Settings" fill>
      <Tabs<Tab>
        label="Settings"
        value={tab}
        tabs={TABS}
        onChange={(next) =>
          void navigate({ search: { tab: next === "project" ? undefined : next } })
        }
      >
        <div className={styles.body}>
          {tab === "project" && <ProjectSettings />}
          {tab === "prices" && <PricesPanel />}
          {tab === "findings" && <ThresholdsPanel />}
          {tab === "you" && <PasswordPanel />}
        </div>
      </Tabs>
    </Page>
  );
}

function ProjectSettings() {
  const { api, projectId } = useProject();
  const admin = useMay("admin");
  const owner = useMay("owner");
  const settings = useQuery({
    queryKey: ["settings", projectId],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/projects/{projectId}/settings", { params: { path: { projectId } }, signal }),
      ),
  });
  return (
    <>
      {settings.error && (
        <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
      )}
      {settings.isPending && <Skeleton />}
      {admin && <NamePanel />}
      {settings.data &&
        (admin ? (
          <RecordingForm key={JSON.stringify(settings.data)} settings={settings.data} />
        ) : (
          <ReadOnly settings={settings.data} />
        ))}
      {owner && <DangerPanel />}
    </>
  );
}

function ReadOnly({ settings }: { settings: Settings }) {
  return (
    <Panel title="Recording">
      <Facts
        items={[
          ["Capture", settings.capture],
          ["Signatures", settings.signatures ? "on" : "off"],
          ["Kept for", `${settings.retentionDays} days`],
          ["Masking rules", String(settings.masking.length)],
        ]}
      />
    </Panel>
  );
}
