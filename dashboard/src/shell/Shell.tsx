import { Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "#/keys/keys";
import { copyText } from "#/ui/Copy";
import { ChromeContext } from "#/ui/chrome";
import { toast } from "#/ui/Toasts";
import { LiveFeed, useFeed } from "./liveFeed";
import { isScoped } from "./nav";
import { MenuButton, ScopeControls } from "./ScopeControls";
import styles from "./Shell.module.css";
import { SideBar } from "./SideBar";

const Palette = lazy(() => import("./Palette").then((m) => ({ default: m.Palette })));
const HelpDialog = lazy(() => import("./HelpDialog").then((m) => ({ default: m.HelpDialog })));

/** What stands around every page of a project. */
export function Shell() {
  return (
    <LiveFeed>
      <Frame />
    </LiveFeed>
  );
}

function Frame() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const { pathname } = useLocation();
  const { paused, setPaused } = useFeed();
  const main = useRef<HTMLElement>(null);
  const openHelp = useCallback(() => setHelp(true), []);
  useKeys({
    palette: () => setPalette(true),
    help: openHelp,
    copyLink: () => void copyText(window.location.href).then(() => toast("Link copied")),
    live: () => setPaused(!paused),
  });
  const shown = useRef(pathname);
  useEffect(() => {
    // A new page starts at its top, and the next Tab press starts there too.
    if (shown.current === pathname) return;
    shown.current = pathname;
    setDrawer(false);
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  const scoped = isScoped(pathname);
  const chrome = useMemo(
    () => ({
      start: <MenuButton onMenu={() => setDrawer(true)} />,
      end: <ScopeControls scoped={scoped} />,
    }),
    [scoped],
  );
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        Skip to the page
      </a>
      <SideBar
        open={drawer}
        onLeave={() => setDrawer(false)}
        onPalette={() => setPalette(true)}
        onHelp={openHelp}
      />
      {drawer && (
        <button
          type="button"
          className={styles.drawerBack}
          aria-label="Close menu"
          onClick={() => setDrawer(false)}
        />
      )}
      <div className={styles.main}>
        <main id="main" ref={main} className={styles.content} tabIndex={-1}>
          <ChromeContext.Provider value={chrome}>
            <Outlet />
          </ChromeContext.Provider>
        </main>
      </div>
      <Suspense>
        {palette && <Palette open onClose={() => setPalette(false)} onHelp={openHelp} />}
        {help && <HelpDialog open onClose={() => setHelp(false)} />}
      </Suspense>
    </div>
  );
}
