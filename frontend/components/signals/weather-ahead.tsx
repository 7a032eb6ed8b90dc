import { formatCount, formatDayShort } from "@/lib/format";
import type { RegionWeather } from "@/lib/types";

/** Rain from which a day is called heavy, millimetres. */
const HEAVY_MM = 20;

/** The forecast, by region and day: mean temperature and rain. */
export function WeatherAhead({ weather }: { weather: RegionWeather[] }) {
  const first = weather[0];
  if (!first) return <p className="p-4 text-[0.8125rem] text-ink-2">This source has no weather.</p>;
  const days = first.dates.slice(-first.days_ahead);
  return (
    <div className="scroll-thin overflow-x-auto" tabIndex={0} role="region" aria-label="Forecast by region and day">
      <table className="w-full min-w-110 text-xs">
        <caption className="sr-only">Forecast by region and day</caption>
        <thead>
          <tr className="border-b text-ink-3">
            <th scope="col" className="px-4 py-2 text-left font-medium">Region</th>
            {days.map((day) => <th key={day} scope="col" className="px-2 py-2 text-right font-medium whitespace-nowrap last:pr-4">{formatDayShort(day)}</th>)}
          </tr>
        </thead>
        <tbody>
          {weather.map((region) => (
            <tr key={region.region} className="border-b last:border-0">
              <th scope="row" className="px-4 py-1.5 text-left font-medium whitespace-nowrap">{region.region}</th>
              {days.map((day, index) => {
                const at = region.dates.length - region.days_ahead + index;
                return <Forecast key={day} rain={region.rain_mm[at] ?? null} temperature={region.temperature_c[at] ?? null} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Forecast({ rain, temperature }: { rain: number | null; temperature: number | null }) {
  if (rain === null && temperature === null) return <td className="px-2 py-1.5 text-right text-ink-3 last:pr-4">–</td>;
  const share = Math.min((rain ?? 0) / 40, 1);
  return (
    <td className="px-0.5 py-0.5 last:pr-3">
      <span
        className={`num flex h-7 items-center justify-end gap-1.5 rounded-[5px] px-1 ${(rain ?? 0) >= HEAVY_MM ? "font-semibold" : ""}`}
        style={{ background: `color-mix(in oklab, var(--accent) ${Math.round(share * 30)}%, transparent)` }}
      >
        <span className="text-ink-2">{formatCount(temperature)}°</span>
        <span className="w-5 text-right">{formatCount(rain)}</span>
      </span>
    </td>
  );
}
