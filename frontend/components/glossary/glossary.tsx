import { Section } from "@/components/basics/section";
import { anchorOf, type Term, TERMS } from "@/components/basics/terms";

const GROUPS: readonly Term["group"][] = ["Results", "Money", "Plans", "Signals", "The loop"];

/** Every term, by what it is about. */
export function Glossary() {
  return (
    <>
      <h1 className="mb-3 text-[0.9375rem] font-semibold">Glossary</h1>
      <div className="gap-3 xl:columns-2">
        {GROUPS.map((group) => (
          <div key={group} className="mb-3 break-inside-avoid">
            <Section id={anchorOf(group)} title={group}>
              <dl className="flex flex-col gap-3 text-[0.8125rem]">
                {Object.entries(TERMS).filter(([, term]) => term.group === group).sort(([a], [b]) => a.localeCompare(b, "en-GB")).map(([word, term]) => (
                  <div key={word} id={anchorOf(word)} className="scroll-mt-32 rounded-md target:bg-accent-soft target:ring-4 target:ring-accent-soft">
                    <dt className="font-semibold">{word}</dt>
                    <dd className="text-pretty">{term.meaning}</dd>
                    {term.more ? <dd className="text-pretty text-ink-2">{term.more}</dd> : null}
                  </div>
                ))}
              </dl>
            </Section>
          </div>
        ))}
      </div>
    </>
  );
}
