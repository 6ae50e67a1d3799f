import { useQuery } from "@tanstack/react-query";
import { GitCompareArrows } from "lucide-react";
import { body } from "#/api/client";
import { plural } from "#/format/format";
import { useProject } from "#/shell/session";
import { DiffLines } from "#/text/DiffLines";
import { JsonTree } from "#/text/JsonTree";
import { LongText, SafeText } from "#/text/SafeText";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Panel } from "#/ui/Page";
import { Pill } from "#/ui/Tags";
import { Time } from "#/ui/Values";
import styles from "./Agent.module.css";
import { useVersions, type Version, type VersionPick } from "./useVersions";

/** The definitions that an agent has had; one is shown, two are compared. */
export function Versions({ agentId, current, a, b, onPick }: VersionPick) {
  const versions = useVersions(agentId);
  if (versions.error)
    return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Skeleton />;
  if (versions.data.length === 0) {
    return (
      <EmptyState icon={<GitCompareArrows size={20} aria-hidden />} title="No version yet">
        The agent registers one with <code>init_agent</code>, or its first call shows one.
      </EmptyState>
    );
  }
  const newest = versions.data.find((v) => v.id === current) ?? versions.data[0];
  const shownB = versions.data.find((v) => v.id === b) ?? newest;
  const shownA = versions.data.find((v) => v.id === a && v.id !== shownB?.id);
  return (
    <div className={styles.versions}>
      <Panel title={plural(versions.data.length, "version")} flush>
        {versions.data.map((version) => (
          <VersionRow
            key={version.id}
            version={version}
            isA={version.id === shownA?.id}
            isB={version.id === shownB?.id}
            current={version.id === current}
            onA={() => onPick(version.id, shownB?.id)}
            onB={() => onPick(shownA?.id, version.id)}
          />
        ))}
      </Panel>
      <div>
        {shownB &&
          (shownA ? (
            <VersionDiff agentId={agentId} a={shownA} b={shownB} />
          ) : (
            <VersionDetail agentId={agentId} version={shownB} />
          ))}
      </div>
    </div>
  );
}

function VersionRow({
  version,
  isA,
  isB,
  current,
  onA,
  onB,
}: {
  version: Version;
  isA: boolean;
  isB: boolean;
  current: boolean;
  onA: () => void;
  onB: () => void;
}) {
  const hash = version.versionHash.slice(0, 8);
  return (
    <div className={styles.version}>
      <label className={styles.pick}>
        <input
          type="radio"
          name="version-a"
          checked={isA}
          disabled={isB}
          onChange={onA}
          aria-label={`Compare from ${hash}`}
        />{" "}
        from
      </label>
      <label className={styles.pick}>
        <input
          type="radio"
          name="version-b"
          checked={isB}
          onChange={onB}
          aria-label={`Show ${hash}`}
        />{" "}
        show
      </label>
      <div className={styles.versionFacts}>
        <code title={version.versionHash}>{hash}</code> {current && <Pill>current</Pill>}
        <div className={styles.muted}>
          {version.origin === "init" ? "registered" : "observed from a call"},{" "}
          <Time at={version.createdAt} relative />
        </div>
      </div>
    </div>
  );
}

function VersionDetail({ agentId, version }: { agentId: string; version: Version }) {
  const { api, projectId } = useProject();
  const detail = useQuery({
    queryKey: ["agent-version", projectId, agentId, version.id],
    staleTime: 600_000,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/agents/{agentId}/versions/{versionId}", {
          params: { path: { agentId, versionId: version.id } },
          signal,
        }),
      ),
  });
  if (detail.error)
    return <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />;
  if (!detail.data) return <Skeleton />;
  const { systemPrompt, description, tools } = detail.data;
  return (
    <>
      <Panel title="System prompt">
        {description && (
          <p className={styles.muted}>
            <SafeText text={description} />
          </p>
        )}
        {systemPrompt ? (
          <LongText text={systemPrompt} mono />
        ) : (
          <span className={styles.muted}>None</span>
        )}
      </Panel>
      <Panel title={plural(tools.length, "tool")} flush={tools.length > 0}>
        {tools.length === 0 && <span className={styles.muted}>None</span>}
        {tools.map((tool, index) => (
          <div key={tool.name ?? index} className={styles.tool}>
            <h3>
              <code>
                <SafeText text={tool.name ?? "without a name"} />
              </code>
            </h3>
            {tool.description && <LongText text={tool.description} />}
            {tool.inputSchema !== undefined && tool.inputSchema !== null && (
              <JsonTree value={tool.inputSchema} label={`Input of ${tool.name}`} openDepth={1} />
            )}
            {tool.outputSchema !== undefined && tool.outputSchema !== null && (
              <JsonTree value={tool.outputSchema} label={`Output of ${tool.name}`} openDepth={1} />
            )}
          </div>
        ))}
      </Panel>
    </>
  );
}

function VersionDiff({ agentId, a, b }: { agentId: string; a: Version; b: Version }) {
  const { api, projectId } = useProject();
  const diff = useQuery({
    queryKey: ["agent-version-diff", projectId, agentId, a.id, b.id],
    staleTime: 600_000,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/agents/{agentId}/versions/{a}/diff/{b}", {
          params: { path: { agentId, a: a.id, b: b.id } },
          signal,
        }),
      ),
  });
  if (diff.error) return <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />;
  if (!diff.data) return <Skeleton />;
  const changedTools = diff.data.tools;
  const samePrompt = diff.data.systemPrompt.every((l) => l.op === "same");
  return (
    <>
      <Panel title="System prompt" flush={!samePrompt}>
        {samePrompt ? (
          <span className={styles.muted}>The same in both</span>
        ) : (
          <DiffLines lines={diff.data.systemPrompt} label="System prompt, from and to" />
        )}
      </Panel>
      <Panel
        title={changedTools.length > 0 ? `Tools: ${changedTools.length} differ` : "Tools"}
        flush={changedTools.length > 0}
      >
        {changedTools.length === 0 && <span className={styles.muted}>The same in both</span>}
        {changedTools.map((tool) => (
          <div key={tool.name} className={styles.tool}>
            <h3>
              <code>
                <SafeText text={tool.name} />
              </code>
              <Pill>{tool.op}</Pill>
            </h3>
            {tool.changes.map((change) => (
              <div key={change.path} className={styles.change}>
                <code>
                  <SafeText text={change.path} />
                </code>
                {change.before !== undefined && (
                  <div className={styles.before}>
                    <SafeText text={shown(change.before)} />
                  </div>
                )}
                {change.after !== undefined && (
                  <div className={styles.after}>
                    <SafeText text={shown(change.after)} />
                  </div>
                )}
              </div>
            ))}
          </div>
        ))}
      </Panel>
    </>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}
