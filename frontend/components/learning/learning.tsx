"use client";

import { Lightbulb } from "lucide-react";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { named } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useAllLessons, useBeliefs } from "@/lib/learning";
import { worldName } from "@/lib/provenance";
import { useLiveWorld, useSignals } from "@/lib/queries";
import type { Beliefs, Lesson } from "@/lib/types";
import { BudgetsSection } from "./budgets-section";
import { CalibrationSection } from "./calibration-section";
import { CurvesSection } from "./curves-section";
import { ExperimentSection } from "./experiment-section";
import { HistorySection } from "./history-section";
import { LessonsSection } from "./lessons-section";

/** What was learned: of one world, and in the upper half of one category. */
export function Learning() {
  const url = useUrlState();
  const live = useLiveWorld();
  const world = url.get("world") ?? live;
  const beliefs = useBeliefs(world);
  const lessons = useAllLessons();
  const signals = useSignals();
  if (beliefs.isError && !beliefs.data) return <div className="card"><ErrorState error={beliefs.error} retry={() => void beliefs.refetch()} /></div>;
  if (!beliefs.data || !lessons.data) return <div className="card"><Loading label="what was learned" rows={12} /></div>;
  const told = lessons.data.items.filter((lesson) => lesson.learned_in === world);
  const categories = categoriesOf(beliefs.data, world === live ? (signals.data?.categories ?? []) : []);
  const wanted = url.get("category");
  const category = wanted !== null && categories.includes(wanted) ? wanted : (told[0]?.category ?? categories[0]);
  return (
    <>
      <Header
        beliefs={beliefs.data} world={world} categories={categories} category={category ?? ""}
        onWorld={(next) => url.set({ world: next, category: null }, { isStep: true })} onCategory={(next) => url.set({ category: next }, { isStep: true })}
      />
      {category === undefined ? <Nothing /> : <Charts world={world} category={category} lessons={told} beliefs={beliefs.data} />}
    </>
  );
}

const categoriesOf = (beliefs: Beliefs, others: string[]): string[] => [...new Set([...beliefs.items.map((belief) => belief.category), ...others])].sort();

function Charts({ world, category, lessons, beliefs }: { world: string; category: string; lessons: Lesson[]; beliefs: Beliefs }) {
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]">
        <BudgetsSection world={world} category={category} />
        <div className="flex min-w-0 flex-col gap-4">
          <LessonsSection lessons={lessons} />
          <CalibrationSection world={world} />
        </div>
      </div>
      <CurvesSection world={world} category={category} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <HistorySection world={world} beliefs={beliefs.items.filter((belief) => belief.category === category)} />
        <ExperimentSection lessons={lessons} />
      </div>
    </div>
  );
}

interface HeaderProps {
  beliefs: Beliefs;
  world: string;
  categories: string[];
  category: string;
  onWorld: (world: string) => void;
  onCategory: (category: string) => void;
}

function Header({ beliefs, world, categories, category, onWorld, onCategory }: HeaderProps) {
  return (
    <header className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-[0.9375rem] font-semibold">Learning</h1>
      <label className="flex items-center gap-2 text-[0.8125rem] text-ink-2">
        Category
        <select className="field" value={category} onChange={(event) => onCategory(event.target.value)}>
          {categories.map((name) => <option key={name} value={name}>{named(name)}</option>)}
        </select>
      </label>
      <label className="flex items-center gap-2 text-[0.8125rem] whitespace-nowrap text-ink-2">
        Learned from
        <select className="field" value={world} onChange={(event) => onWorld(event.target.value)}>
          {beliefs.worlds.map((one) => <option key={one.learned_in} value={one.learned_in}>{worldName(one.learned_in)} ({one.lessons})</option>)}
        </select>
      </label>
      <p className="text-xs text-ink-3">In brackets: how many lessons. Each shop learns from its own campaigns alone.</p>
    </header>
  );
}

function Nothing() {
  return (
    <div className="card">
      <EmptyState icon={Lightbulb} title="Nothing has been learned here yet">A lesson comes with each campaign that has been measured.</EmptyState>
    </div>
  );
}
