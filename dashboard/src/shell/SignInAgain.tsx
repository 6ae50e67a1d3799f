import { useQueryClient } from "@tanstack/react-query";
import { Dialog } from "#/ui/Dialog";
import { LoginForm } from "./LoginForm";

/** The session ended while a page was open: sign in over it, and nothing on it is lost. */
export function SignInAgain({ open, onDone }: { open: boolean; onDone: () => void }) {
  const queries = useQueryClient();
  return (
    <Dialog
      open={open}
      onClose={() => {}}
      closable={false}
      title="Sign in again"
      description="The session has ended. The page stays as it is."
    >
      <LoginForm
        onSignedIn={() => {
          onDone();
          void queries.invalidateQueries();
        }}
      />
    </Dialog>
  );
}
