import { useSlow } from '../ui/busy';

interface WaitingProps {
  /** Said, and shown over the first row, once a second has passed. */
  text: string;
  /** The height of a row, as a class. */
  row: string;
}

/** Three rows at the height of what is coming: nothing moves when it comes. */
export function Waiting({ text, row }: WaitingProps) {
  const slow = useSlow(true);
  return (
    <div className="waiting stack">
      <p role="status" className="waiting-text">
        {slow ? text : ''}
      </p>
      <div className={`skeleton ${row}`} />
      <div className={`skeleton ${row}`} />
      <div className={`skeleton ${row}`} />
    </div>
  );
}
