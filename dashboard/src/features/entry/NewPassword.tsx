import { TextField } from "#/ui/Field";

export const PASSWORD_MIN = 8;

export function NewPassword({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}) {
  const short = value.length > 0 && value.length < PASSWORD_MIN;
  return (
    <TextField
      label="Password"
      type="password"
      name="new-password"
      autoComplete="new-password"
      required
      value={value}
      onChange={(e) => onChange(e.target.value)}
      error={error}
      hint={
        short
          ? `${PASSWORD_MIN - value.length} more characters.`
          : `At least ${PASSWORD_MIN} characters.`
      }
    />
  );
}
