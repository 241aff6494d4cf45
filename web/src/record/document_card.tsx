import { EyeOff, PencilLine, Stethoscope } from 'lucide-react';
import { useSession } from '../app/service';
import { useSay } from '../app/words';
import { Icon } from '../ui/icons';
import { actDateWords, authorWords, type HealthDocument } from './documents';
import { useWhose } from './space';
import { SpaceLink } from './space_link';
import { useProfessionWords } from './words';

/** "Déposé par Dr Benali, médecin, Labo des Lilas", or "Document ajouté par vous" (by the other parent, by the child: their name). */
export function SourceLine({ document }: { document: HealthDocument }) {
  const say = useSay();
  const whose = useWhose();
  const session = useSession();
  const profession = useProfessionWords();
  if (document.source === 'holder') {
    const name = document.author.name ?? '';
    const mine = session.signed_in && (name === session.name || (name === '' && whose.whose === 'self'));
    return (
      <p className="source source-own">
        <Icon of={PencilLine} />
        <span>{mine ? say('record.added') : name === '' ? say('record.added_family') : say('record.added_by', { name })}</span>
      </p>
    );
  }
  const author = authorWords(document, profession);
  return (
    <p className="source source-professional">
      <Icon of={Stethoscope} />
      <span>{author === '' ? say('record.filed') : say('record.filed_by', { author })}</span>
    </p>
  );
}

/** Who put it there shows by its ground, its edge, its drawing and its words. */
export function cardClass(document: HealthDocument): string {
  return document.source === 'holder' ? 'card card-own document' : 'card card-professional document';
}

interface DocumentCardProps {
  document: HealthDocument;
  who: string;
  onOpen: () => void;
}

/** The id of a document's link in a list: where the focus comes back. */
export function linkId(document: string): string {
  return `document-${document}`;
}

export function DocumentCard({ document, who, onOpen }: DocumentCardProps) {
  const say = useSay();
  const label = document.type_label ?? '';
  return (
    <li className={cardClass(document)}>
      <h3>
        <SpaceLink who={who} page={`documents/${encodeURIComponent(document.id)}`} className="document-link" id={linkId(document.id)} onPress={onOpen}>
          {document.title}
        </SpaceLink>
        {document.is_new && (
          <>
            {' '}
            <span className="tag">{say('record.new')}</span>
          </>
        )}
      </h3>
      {document.source === 'professional' && label !== '' && label.toLowerCase() !== document.title.toLowerCase() && <p className="help">{label}</p>}
      <p>{actDateWords(document.date, say)}</p>
      <SourceLine document={document} />
      {document.masked === true && (
        <p className="source">
          <Icon of={EyeOff} />
          <span>{say('record.masked')}</span>
        </p>
      )}
    </li>
  );
}
