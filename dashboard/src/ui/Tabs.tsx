import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import styles from "./Tabs.module.css";

interface Tab<T extends string> {
  value: T;
  label: ReactNode;
  badge?: ReactNode;
}

/** Tabs whose choice lives with the caller, mostly in the address. */
export function Tabs<T extends string>({
  label,
  value,
  tabs,
  onChange,
  tools,
  children,
}: {
  label: string;
  value: T;
  tabs: readonly Tab<T>[];
  onChange: (value: T) => void;
  tools?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as T)} className={styles.root}>
      <div className={styles.bar}>
        <Base.List className={styles.list} aria-label={label} activateOnFocus={false}>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} className={styles.tab}>
              {tab.label}
              {tab.badge !== undefined && <span className={styles.badge}>{tab.badge}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {tools}
      </div>
      <Base.Panel value={value} className={styles.panel}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
