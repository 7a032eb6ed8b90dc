"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";

const CHOICES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
] as const;

const never = (): (() => void) => () => undefined;

/** Light, dark, or as the system has it: a sign in the bar, with its name in a menu. */
export function ThemeSwitch({ isNamed = false }: { isNamed?: boolean }) {
  const { theme, setTheme } = useTheme();
  const isMounted = useSyncExternalStore(never, () => true, () => false);
  const at = isMounted ? CHOICES.findIndex((choice) => choice.value === theme) : 2;
  const now = CHOICES[at] ?? CHOICES[2];
  const next = CHOICES[(at + 1) % CHOICES.length] ?? CHOICES[0];
  const Icon = now.icon;
  return (
    <button
      type="button" className={`btn btn-quiet ${isNamed ? "" : "btn-icon"}`} onClick={() => setTheme(next.value)}
      aria-label={`Theme: ${now.label}. Change to ${next.label}`} title={`Theme: ${now.label}`}
    >
      <Icon aria-hidden size={16} />
      {isNamed ? `Theme: ${now.label.toLowerCase()}` : null}
    </button>
  );
}
