import { useEffect, useRef } from 'react';
import classes from './LevelMeter.module.css';

const BARS = [0.35, 0.7, 1, 0.7, 0.35];

/** Columns that rise with the sound. `read` gives 0 to 1 and is called in each animation frame, outside React's state. */
export function LevelMeter({ read, muted }: { read: () => number; muted: boolean }) {
  const root = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let frame = 0;
    let shown = 0;
    const draw = () => {
      const level = Math.min(1, Math.sqrt(Math.max(0, read())) * 1.4);
      shown = Math.max(level, shown * 0.86);
      root.current?.style.setProperty('--level', shown.toFixed(3));
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [read]);
  return (
    <span ref={root} className={classes.meter} data-muted={muted || undefined} role="img" aria-label="Microphone level">
      {BARS.map((weight, index) => (
        <span key={index} className={classes.bar} style={{ '--weight': weight } as React.CSSProperties} />
      ))}
    </span>
  );
}
