import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "./cx";
import { FieldFrame } from "./Field";
import styles from "./Popup.module.css";

export interface Option<T extends string> {
  value: T;
  label: string;
  note?: string;
}

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
  /** What stands before the value in the closed control. */
  icon?: ReactNode;
}

/** A choice from a short list, for tool bars. */
export function Select<T extends string>(props: Props<T>) {
  return <Control {...props} className={styles.trigger} labelled={props.label} />;
}

/** The same with a visible label, for forms. */
export function SelectField<T extends string>({
  hint,
  error,
  ...props
}: Props<T> & { hint?: ReactNode; error?: string }) {
  const id = useId();
  return (
    <FieldFrame id={id} label={props.label} hint={hint} error={error}>
      <Control {...props} id={id} className={cx(styles.trigger, styles.fieldTrigger)} />
    </FieldFrame>
  );
}

function Control<T extends string>({
  value,
  options,
  onChange,
  disabled,
  icon,
  className,
  id,
  labelled,
}: Props<T> & { className: string | undefined; id?: string; labelled?: string }) {
  const current = options.find((o) => o.value === value);
  return (
    <Base.Root
      items={options as Option<T>[]}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next !== null && onChange(next as T)}
    >
      <Base.Trigger
        id={id}
        className={className}
        aria-label={labelled ? `${labelled}: ${current?.label ?? value}` : undefined}
      >
        {icon}
        <span>{current?.label ?? value}</span>
        <ChevronsUpDown size={13} aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className={styles.popup} aria-label={labelled}>
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className={styles.item}>
                <span className={styles.grow}>
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.note && <span className={styles.note}>{option.note}</span>}
                </span>
                <Base.ItemIndicator>
                  <Check size={14} aria-hidden />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
