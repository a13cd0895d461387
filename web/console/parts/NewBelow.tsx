import { useTranslation } from 'react-i18next';

import { Button } from './Button';
import './NewBelow.css';

// NewBelow announces what has come, and shows it only when asked: nothing moves under the reader.
export function NewBelow({ count, show }: { count: number; show: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="new-below" role="status">
      {count > 0 && (
        <Button look="quiet" onClick={show}>
          {t('comment.new', { count })}
        </Button>
      )}
    </div>
  );
}
