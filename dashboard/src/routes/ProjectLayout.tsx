import { Link, useParams } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useEffect, useMemo } from "react";
import { apiFor } from "#/api/client";
import { setLocal } from "#/shell/local";
import { Shell } from "#/shell/Shell";
import { ProjectContext, useMe } from "#/shell/session";
import { buttonClass } from "#/ui/Button";
import { EmptyState } from "#/ui/Notice";

export function ProjectLayout() {
  const { project: projectId } = useParams({ from: "/p/$project" });
  const project = useMe()?.projects.find((p) => p.id === projectId);
  const { name, role } = project ?? {};
  const scope = useMemo(
    () =>
      name === undefined
        ? null
        : { projectId, name, role: role ?? ("viewer" as const), api: apiFor(projectId) },
    [projectId, name, role],
  );
  useEffect(() => {
    if (scope) setLocal({ project: projectId });
  }, [scope, projectId]);
  if (!scope) {
    return (
      <main>
        <EmptyState
          icon={<SearchX size={20} aria-hidden />}
          title="There is no such project"
          actions={
            <Link to="/" className={buttonClass({ variant: "primary" })}>
              To my projects
            </Link>
          }
        >
          It does not exist, or you are not a member of it.
        </EmptyState>
      </main>
    );
  }
  return (
    <ProjectContext.Provider value={scope}>
      <Shell key={projectId} />
    </ProjectContext.Provider>
  );
}
