import classes from './QualityBars.module.css';

export type QualityLevel = 'unknown' | 'good' | 'fair' | 'poor' | 'lost';

export const QUALITY_WORDS: Readonly<Record<QualityLevel, string>> = {
  unknown: 'Connection not measured yet',
  good: 'Good connection',
  fair: 'Fair connection',
  poor: 'Poor connection',
  lost: 'No media arrives',
};

const LIT: Readonly<Record<QualityLevel, number>> = { unknown: 0, good: 3, fair: 2, poor: 1, lost: 0 };

/** Three bars, as on a telephone. */
export function QualityBars({ quality }: { quality: QualityLevel }) {
  return (
    <svg
      className={classes.bars}
      data-quality={quality}
      width="16"
      height="14"
      viewBox="0 0 16 14"
      role="img"
      aria-label={QUALITY_WORDS[quality]}
    >
      <title>{QUALITY_WORDS[quality]}</title>
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          x={1 + bar * 5}
          y={9 - bar * 4}
          width="3.4"
          height={4 + bar * 4}
          rx="1.2"
          className={bar < LIT[quality] ? classes.lit : classes.dim}
        />
      ))}
      {quality === 'lost' && <path d="M1 2 L6 7 M6 2 L1 7" className={classes.cross} />}
    </svg>
  );
}
