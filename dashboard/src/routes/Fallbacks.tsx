import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Compass, RotateCw, Unplug } from "lucide-react";
import { problemOf } from "#/api/problems";
import { Button, buttonClass } from "#/ui/Button";
import { EmptyState } from "#/ui/Notice";

export function NotFound() {
  return (
    <main>
      <EmptyState
        icon={<Compass size={20} aria-hidden />}
        title="There is no page at this address"
        actions={
          <Link to="/" className={buttonClass({ variant: "primary" })}>
            To the start
          </Link>
        }
      />
    </main>
  );
}

/** A page that could not be shown: the server away, a chunk gone after an upgrade, or a fault of ours. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const problem = problemOf(error);
  const gone = /dynamically imported module|preload/i.test(problem.message);
  return (
    <main>
      <EmptyState
        icon={<Unplug size={20} aria-hidden />}
        title={
          gone
            ? "The dashboard was upgraded"
            : problem.status === 0 && problem.code !== "unexpected"
              ? problem.message
              : "This page could not be shown"
        }
        actions={
          <>
            <Button
              variant="primary"
              icon={<RotateCw size={14} aria-hidden />}
              onClick={() => window.location.reload()}
            >
              Load it again
            </Button>
            {!gone && <Button onClick={reset}>Try again</Button>}
          </>
        }
      >
        {gone
          ? "Load the page again to get the new version."
          : `${problem.message} (${problem.code}${problem.requestId ? `, request ${problem.requestId}` : ""})`}
      </EmptyState>
    </main>
  );
}
