/** On a phone the story is long: its chapters, to jump to. */
export function SectionLinks({ sections }: { sections: { id: string; label: string }[] }) {
  return (
    <nav aria-label="Sections" className="scroll-thin -mx-4 mb-3 flex gap-1.5 overflow-x-auto px-4 pb-1 sm:hidden">
      {sections.map(({ id, label }) => (
        <a key={id} href={`#${id}`} className="btn shrink-0 text-xs">{label}</a>
      ))}
    </nav>
  );
}
