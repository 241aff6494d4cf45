import { useSay } from '../app/words';

/** The two kinds of card, drawn without any mark of theirs: what counts is where the number stands, ringed. Said in the text beside. */
export function CardDrawing() {
  const say = useSay();
  return (
    <div className="card-drawings">
      <figure>
        <svg viewBox="0 0 200 130" aria-hidden="true" focusable="false" className="card-drawing">
          <rect x="12" y="6" width="160" height="102" rx="9" className="card-plate" />
          <rect x="26" y="40" width="26" height="20" rx="3" className="card-chip" />
          <rect x="98" y="22" width="42" height="52" rx="3" className="card-photo" />
          <circle cx="119" cy="42" r="9" className="card-line" />
          <path d="M104 70c2-11 8-15 15-15s13 4 15 15" className="card-line" />
          <path d="M26 76h62M26 88h46" className="card-line" />
          <text transform="translate(151 50) rotate(90)" textAnchor="middle" className="card-digits">
            1234 5678
          </text>
          <ellipse cx="155" cy="50" rx="12" ry="40" className="card-ring" />
        </svg>
        <figcaption>{say('identity.card.with_photo')}</figcaption>
      </figure>
      <figure>
        <svg viewBox="0 0 200 130" aria-hidden="true" focusable="false" className="card-drawing">
          <rect x="12" y="6" width="160" height="102" rx="9" className="card-plate" />
          <path d="M12 24h160v16H12z" className="card-band" />
          <path d="M28 58h70M28 70h52" className="card-line" />
          <text x="92" y="95" textAnchor="middle" className="card-digits">
            1234 5678
          </text>
          <ellipse cx="92" cy="91" rx="56" ry="13" className="card-ring" />
        </svg>
        <figcaption>{say('identity.card.without_photo')}</figcaption>
      </figure>
    </div>
  );
}
