package template

import (
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// most is how many templates are kept in memory; a large one takes about a megabyte.
const most = 64

// kept are templates in memory, by their ids. Their documents never change, so none of them goes stale.
type kept struct {
	mu  sync.Mutex
	all map[uuid.UUID]*questionnaire.Template
}

// have gives those of the ids that are kept, and names the others.
func (k *kept) have(ids []uuid.UUID) (found map[uuid.UUID]*questionnaire.Template, missing []uuid.UUID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found = make(map[uuid.UUID]*questionnaire.Template, len(ids))
	for _, id := range ids {
		if q, ok := k.all[id]; ok {
			found[id] = q
		} else {
			missing = append(missing, id)
		}
	}
	return found, missing
}

// keep adds a template, in the place of any other when there are many.
func (k *kept) keep(id uuid.UUID, q *questionnaire.Template) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[uuid.UUID]*questionnaire.Template{}
	}
	for other := range k.all {
		if len(k.all) < most {
			break
		}
		delete(k.all, other)
	}
	k.all[id] = q
}
