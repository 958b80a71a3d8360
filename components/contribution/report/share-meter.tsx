type ShareMeterProps = {
  title: string;
  sentence: string;
  /** 0 to 1. */
  share: number;
  note?: string;
};

/** A share in a sentence and as a bar; the words say all that the bar shows. */
export function ShareMeter({ title, sentence, share, note }: ShareMeterProps) {
  return (
    <div>
      <h3>{title}</h3>
      <p className="mt-0.5 max-w-reading">{sentence}</p>
      <div aria-hidden="true" className="mt-2 h-3 max-w-reading bg-line">
        <div className="h-full bg-chart-1" style={{ width: `${Math.round(share * 1000) / 10}%` }} />
      </div>
      {note ? <p className="mt-1.5 max-w-reading text-sm text-muted">{note}</p> : null}
    </div>
  );
}
