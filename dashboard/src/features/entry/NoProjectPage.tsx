import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { NewProjectDialog } from "#/shell/NewProjectDialog";
import { Button } from "#/ui/Button";
import { EntryCard } from "./EntryCard";

export function NoProjectPage() {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  return (
    <EntryCard
      title="No project yet"
      lead="You are not a member of any project. Ask for an invite, or start your own."
    >
      <Button variant="primary" size="wide" onClick={() => setOpen(true)}>
        New project
      </Button>
      <Button variant="ghost" size="wide" onClick={() => void navigate({ to: "/" })}>
        Look again
      </Button>
      <NewProjectDialog open={open} onClose={() => setOpen(false)} />
    </EntryCard>
  );
}
