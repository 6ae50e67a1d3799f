import { useQuery } from "@tanstack/react-query";
import { body, type Schemas } from "#/api/client";
import { useMay, useProject } from "#/shell/session";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Facts, Page, Panel } from "#/ui/Page";
import { PasswordPanel } from "./PasswordPanel";
import { DangerPanel, NamePanel } from "./ProjectPanels";
import { RecordingForm } from "./RecordingForm";

type Settings = Schemas["Settings"];

export function SettingsPage() {
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
    <Page title="Settings" narrow>
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
      <PasswordPanel />
      {owner && <DangerPanel />}
    </Page>
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
