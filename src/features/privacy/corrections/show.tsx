import { StatusTag } from '../../../web/ui/tag.tsx';
import type { Translate } from '../../../web/words.ts';
import type { OrganisationWords } from '../../organisation/show.ts';
import type { Correctable, CorrectionState } from './rules.ts';

/** What is kept, or wanted, as a person reads it. */
export type SayValue = (field: Correctable, value: string | null) => string;

export const sayValue =
  (t: Translate, words: OrganisationWords): SayValue =>
  (field, value) => {
    if (value === null) return '';
    switch (field) {
      case 'sex':
        return value === 'female' || value === 'male' ? t(`organisation.sex.${value}`) : value;
      case 'birthDate':
      case 'teachingSince':
        return words.date(value);
      case 'stage':
      case 'rank':
      case 'education':
      case 'subject':
        return words.fact(field, value);
      default:
        return value;
    }
  };

const TONES = { open: 'info', accepted: 'success', refused: 'danger', withdrawn: 'neutral' } as const;
export const CorrectionTag = ({ t, state }: { t: Translate; state: CorrectionState }) => (
  <StatusTag tone={TONES[state]} text={t(`privacy.correction.state.${state}`)} />
);
