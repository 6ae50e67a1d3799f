import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ListTree, SearchX } from "lucide-react";
import { chosenValues, termsOf, withoutTerm } from "#/query/edit";
import { useProject } from "#/shell/session";
import { Button, buttonClass } from "#/ui/Button";
import { EmptyState } from "#/ui/Notice";

/** Never any trace: how to connect. Filtered away: which term to drop. */
export function NoTraces({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const { projectId } = useProject();
  const { range, from } = useSearch({ from: "/p/$project" });
  const navigate = useNavigate({ from: "/p/$project/traces" });
  const terms = termsOf(query);
  if (terms.length > 0) {
    return (
      <EmptyState
        icon={<SearchX size={20} aria-hidden />}
        title="No trace fits the query"
        actions={
          <>
            {terms.map((term) => (
              <Button key={term} size="small" onClick={() => onQuery(withoutTerm(query, term))}>
                Drop <code>{term}</code>
              </Button>
            ))}
            <Button size="small" variant="primary" onClick={() => onQuery("")}>
              Clear query
            </Button>
          </>
        }
      >
        {chosenValues(query, "status").length > 0
          ? "Status, environment and time range count too."
          : "The environment and the time range above count too."}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ListTree size={20} aria-hidden />}
      title={range === "30d" || from ? "No trace in this time" : "No trace in this time range"}
      actions={
        <>
          <Link
            to="/p/$project/connect"
            params={{ project: projectId }}
            className={buttonClass({ variant: "primary" })}
          >
            Connect an agent
          </Link>
          {range !== "30d" && (
            <Button
              onClick={() =>
                void navigate({
                  search: (old) => ({ ...old, range: "30d", from: undefined, to: undefined }),
                })
              }
            >
              Look at 30 days
            </Button>
          )}
        </>
      }
    >
      Point your client at the gateway and each call appears here within a second. Or start{" "}
      <code>./whyops demo</code> to look around first.
    </EmptyState>
  );
}
